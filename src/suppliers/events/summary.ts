import type { DomainEvent } from './event'

/** The status of an assessment is told by the end of the address of its summary alone. */
export function statusInAddress({ detailUrl }: DomainEvent): { status?: string } {
  const end = detailUrl === undefined ? undefined : /\/([A-Z_]{2,40})$/.exec(detailUrl)?.[1]
  return end === undefined ? {} : { status: end }
}
