import type { Binds } from '../domain/binds'
import type { Caller, MachineRole } from '../domain/caller'
import { londonDate } from '../domain/london-date'

/** The caller's claims as bound slots of the statement; a claim that the token lacks is absent. */
export interface CallerSlots {
  readonly agency?: string
  readonly staffCode?: string
  readonly mappaArea?: string
  readonly subject?: string
  readonly username?: string
  readonly namespace?: string
  /** The systems through which a person asks: each must be allowed to see the case too. */
  readonly through: readonly MachineRole[]
  readonly instant: string
  readonly today: string
}

export function callerSlots(caller: Caller, now: Date, binds: Binds): CallerSlots {
  const text = (value: string) => binds.bind(value, 'text')
  return {
    ...(caller.agency !== undefined && { agency: text(caller.agency) }),
    // A code that ends in U is a placeholder's: it is nobody's caseload.
    ...(caller.staffCode !== undefined &&
      !/U$/i.test(caller.staffCode) && { staffCode: text(caller.staffCode) }),
    ...(caller.mappaArea !== undefined && { mappaArea: text(caller.mappaArea) }),
    ...(caller.person && {
      subject: text(caller.person.subject),
      username: text(caller.person.username),
      namespace: text(caller.person.namespace),
    }),
    through: caller.through ?? [],
    instant: binds.bind(now.toISOString(), 'timestamptz'),
    today: binds.bind(londonDate(now), 'date'),
  }
}
