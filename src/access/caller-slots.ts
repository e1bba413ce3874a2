import type { Binds } from '../domain/binds'
import { Blank, type Particulars } from '../domain/blank'
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

/** The slots of one caller. */
export function callerSlots(caller: Caller, now: Date, binds: Binds): CallerSlots {
  return bound(caller, binds, (value) => value({ caller, now, variables: {} }))
}

/** The slots of any caller with the same claims, by whichever they are filled with. */
export function claimSlots(caller: Caller, binds: Binds): CallerSlots {
  return bound(caller, binds, (value, name) => new Blank(name, value))
}

/** What of a caller decides the shape of the slots: claims that are there, and systems in between. */
export function claimsOf(caller: Caller): readonly unknown[] {
  const { role, agency, mappaArea, person, through } = caller
  return [
    role,
    agency !== undefined,
    mappaArea !== undefined,
    person !== undefined,
    holdsCases(caller),
    through,
  ]
}

type Claim = (particulars: Particulars) => unknown

function bound(caller: Caller, binds: Binds, valueOf: (claim: Claim, name: string) => unknown): CallerSlots {
  const slot = (name: string, claim: Claim, type = 'text') => binds.bind(valueOf(claim, name), type)
  const { agency, mappaArea, person, through = [] } = caller
  return {
    issuer: slot('issuer', (p) => p.caller.issuer),
    role: slot('role', (p) => p.caller.role),
    ...(agency !== undefined && { agency: slot('agency', (p) => p.caller.agency) }),
    ...(holdsCases(caller) && {
      staff: {
        code: slot('staff code', (p) => p.caller.staffCode),
        system: slot('staff code namespace', (p) => p.caller.staffCodeNamespace),
      },
    }),
    ...(mappaArea !== undefined && { mappaArea: slot('MAPPA area', (p) => p.caller.mappaArea) }),
    ...(person && {
      subject: slot('subject', (p) => p.caller.person?.subject),
      username: slot('username', (p) => p.caller.person?.username),
      namespace: slot('namespace', (p) => p.caller.person?.namespace),
    }),
    through,
    instant: slot('instant', (p) => p.now.toISOString(), 'timestamptz'),
    today: slot('today', (p) => londonDate(p.now), 'date'),
  }
}

/** A code that ends in U is a placeholder's: it is nobody's caseload. */
function holdsCases({ staffCode, staffCodeNamespace }: Caller): boolean {
  return staffCode !== undefined && staffCodeNamespace !== undefined && !/U$/i.test(staffCode)
}
