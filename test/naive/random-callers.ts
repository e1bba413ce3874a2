import fc from 'fast-check'
import { ROLES } from '../../src/access/roles'
import { isMachineRole, ROLE_NAMES, type RoleName } from '../../src/domain/caller'
import { PURPOSES, type Purpose } from '../../src/domain/purpose'
import { CALLERS } from '../support/canary-world'
import type { As } from '../support/gateway'

const AGENCIES = ['MDI', 'LEI', 'N02', 'N07', 'C05', 'C07', 'POL-NORTH', 'HMIP', undefined]

/** Anybody, with claims that fit the role or do not. */
export const RANDOM_CALLER: fc.Arbitrary<As> = fc
  .record({
    role: fc.constantFrom(...ROLE_NAMES),
    own: fc.integer({ min: 0, max: 3 }),
    agency: fc.constantFrom(...AGENCIES),
    staffCode: fc.constantFrom('N02ABC1', 'N07XYZ1', 'N02VLO1', 'N02ABCU', undefined),
    mappaArea: fc.constantFrom('NORTH', 'SOUTH', undefined, undefined),
    username: fc.constantFrom('reader', 'Reader', 'somebody', 'reader@agency.example'),
    hasBroken: fc.integer({ min: 0, max: 2 }),
    through: fc.constantFrom('PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM', ...Array<undefined>(9)),
    client: fc.constantFrom('limited-client', ...Array<undefined>(6)),
    purpose: fc.nat(99),
    isJustified: fc.boolean(),
    isStrict: fc.integer({ min: 0, max: 7 }),
  })
  .map((drawn): As => callerOf(drawn))

interface Drawn {
  readonly role: RoleName
  readonly own: number
  readonly agency: string | undefined
  readonly staffCode: string | undefined
  readonly mappaArea: string | undefined
  readonly username: string
  readonly hasBroken: number
  readonly through: RoleName | undefined
  readonly client: string | undefined
  readonly purpose: number
  readonly isJustified: boolean
  readonly isStrict: number
}

/** Three times in four with the claims by which somebody is an own case. */
function callerOf(drawn: Drawn): As {
  const { role, own, agency, staffCode, mappaArea } = drawn
  const usual = CALLERS[role]
  const claims = own > 0 ? usual : { agency, staffCode, mappaArea }
  const isPerson = !isMachineRole(role)
  const subject = `${usual.subject ?? ''}${drawn.hasBroken === 0 ? '-broken' : ''}`
  return {
    role,
    ...(claims.agency !== undefined && { agency: claims.agency }),
    ...(claims.staffCode !== undefined && { staffCode: claims.staffCode }),
    ...(claims.mappaArea !== undefined && { mappaArea: claims.mappaArea }),
    ...(isPerson && { subject, username: drawn.username }),
    ...(isPerson && drawn.through && { also: [drawn.through] }),
    ...(isPerson && drawn.client !== undefined && { client: drawn.client }),
    ...(drawn.isJustified && { justification: 'To see what two readers make of it.' }),
    purpose: purposeOf(role, drawn.purpose),
    ...(drawn.isStrict === 0 && { headers: { 'access-mode': 'strict' } }),
  }
}

/** Now and then none, or one that is not the role's. */
function purposeOf(role: RoleName, drawn: number): Purpose | null {
  const { purposes } = ROLES[role]
  if (drawn === 0) return null
  if (drawn < 3) return PURPOSES[drawn] ?? null
  return purposes[drawn % purposes.length] ?? null
}

/** Whom a root is for: roles, and the purpose that it takes. */
const APT: Readonly<Record<string, readonly [purpose: Purpose, ...roles: RoleName[]]>> = {
  mappaMeetingSummary: [
    'MAPPA',
    'MAPPA_COORDINATOR',
    'MAPPA_PANEL_MEMBER',
    'PRISON_PUBLIC_PROTECTION',
    'SENIOR_PROBATION_OFFICER',
  ],
  paroleSummary: ['PAROLE', 'PAROLE_BOARD', 'PRISON_OFFENDER_MANAGER', 'SENIOR_PROBATION_OFFICER'],
  notices: ['MAPPA', 'MAPPA_COORDINATOR', 'PROBATION_OFFICER'],
  mappaLevelChanges: ['MAPPA', 'MAPPA_COORDINATOR', 'PRISON_OFFENDER_MANAGER', 'PROBATION_OFFICER'],
}

/** Half of those who ask for what few may read may read it. */
export function callerFor(root: string, caller: As, n: number): As {
  const [purpose, ...roles] = APT[root] ?? []
  const role = roles[Math.floor(n / 2) % roles.length]
  if (purpose === undefined || role === undefined || n % 2 === 0) return caller
  const { justification } = caller
  return { ...CALLERS[role], purpose, ...(justification !== undefined && { justification }) }
}
