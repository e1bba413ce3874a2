import { postIn, STAFFED_AREAS } from './staff'
import { FORCES, PRISONS, PROVIDER_AREAS, NPS_DIVISIONS } from './places'

export interface DemoOrganisation {
  readonly code: string
  readonly name: string
  readonly type: 'PRISON' | 'NPS_DIVISION' | 'CRC' | 'POLICE'
  readonly since?: string
  readonly until?: string
}

/** NPS and CRCs began on this day (domain section 0). */
const REFORM = '2014-06-01'

/** CRCs have no end here, although theirs came in 2021: the demonstration is set in their time. */
export const DEMO_ORGANISATIONS: readonly DemoOrganisation[] = [
  ...PRISONS.map(({ code, name }) => ({ code, name, type: 'PRISON' as const })),
  ...Object.entries(NPS_DIVISIONS).map(([code, name]) => ({
    code,
    name,
    type: 'NPS_DIVISION' as const,
    since: REFORM,
  })),
  ...PROVIDER_AREAS.map(({ crc, name }) => ({ code: crc, name, type: 'CRC' as const, since: REFORM })),
  ...Object.entries(FORCES).map(([area, name]) => ({ code: forceCode(area), name, type: 'POLICE' as const })),
]

/** What the first officer of each NPS team is trained for. */
export const DEMO_TRAINING = STAFFED_AREAS.map((home) => ({
  staff_code: postIn(home, 'NPS', 'A').staffCode,
  code: 'ARMS',
  description: 'Active risk management system',
  completed_on: '2019-03-01',
}))

/** An area's agencies without its prisons: a prison answers for whom it holds, wherever they come from. */
export const DEMO_MAPPA_AREAS: readonly { readonly area: string; readonly agencies: readonly string[] }[] =
  PROVIDER_AREAS.flatMap(({ crc, nps, areas }) =>
    areas.map((area) => ({ area, agencies: [nps, forceCode(area), crc] })),
  )

export function forceCode(area: string): string {
  return `POL-${area.replaceAll('_', '-')}`
}
