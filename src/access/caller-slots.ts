import type { Binds } from '../domain/binds'
import type { Caller, MachineRole } from '../domain/caller'
import { londonDate } from '../domain/london-date'

/** The caller's claims as bound slots of the statement; a claim that the token lacks is absent. */
export interface CallerSlots {
  readonly issuer: string
  readonly role: string
  readonly agency?: string
  readonly staff?: StaffSlots
  readonly mappaArea?: string
  readonly subject?: string
  readonly username?: string
  readonly namespace?: string
  /** The systems through which a person asks: each must be allowed to see the case too. */
  readonly through: readonly MachineRole[]
  readonly instant: string
  readonly today: string
}

/** A staff code, and the system whose codes it is one of: the same code elsewhere is another officer's. */
export interface StaffSlots {
  readonly code: string
  readonly system: string
}

export function callerSlots(caller: Caller, now: Date, binds: Binds): CallerSlots {
  const text = (value: string) => binds.bind(value, 'text')
  return {
    issuer: text(caller.issuer),
    role: text(caller.role),
    ...(caller.agency !== undefined && { agency: text(caller.agency) }),
    ...staffSlots(caller, text),
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

/** A code that ends in U is a placeholder's: it is nobody's caseload. */
function staffSlots(
  { staffCode, staffCodeNamespace }: Caller,
  text: (value: string) => string,
): Pick<CallerSlots, 'staff'> {
  if (staffCode === undefined || staffCodeNamespace === undefined || /U$/i.test(staffCode)) return {}
  return { staff: { code: text(staffCode), system: text(staffCodeNamespace) } }
}
