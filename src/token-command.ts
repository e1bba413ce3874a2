import { parseArgs } from 'node:util'
import { ConfigFault, readConfig } from './config'
import { isMachineRole, ROLE_NAMES, type MachineRole, type RoleName } from './domain/caller'
import { signDevelopmentToken, type DevelopmentClaims } from './http/development-issuer'

/** `throughcare token`: prints a token of the development issuer, and nothing else, on stdout. */
export async function runTokenCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true })
    if (values.help === true) {
      process.stdout.write(HELP)
      return 0
    }
    const claims = claimsOf(values)
    const ttl = secondsOf(values.ttl ?? '1h')
    process.stdout.write(`${await signDevelopmentToken(developmentDataDir(env), claims, ttl)}\n`)
    return 0
  } catch (error) {
    process.stderr.write(`${complaint(error)}\n`)
    return 1
  }
}

const OPTIONS = {
  role: { type: 'string', multiple: true },
  agency: { type: 'string' },
  subject: { type: 'string' },
  'staff-code': { type: 'string' },
  client: { type: 'string' },
  'mappa-area': { type: 'string' },
  name: { type: 'string' },
  username: { type: 'string' },
  ttl: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

interface TokenOptions {
  readonly role?: readonly string[]
  readonly agency?: string
  readonly subject?: string
  readonly 'staff-code'?: string
  readonly client?: string
  readonly 'mappa-area'?: string
  readonly name?: string
  readonly username?: string
}

const HELP = `throughcare token --role ROLE [options]

Prints a signed token of the development issuer of this DATA_DIR. Works whether the server runs or not.

  --role ROLE        what the caller may do; may be given several times
  --agency CODE      organisation code of the caller's agency, e.g. MDI, N07, C05
  --subject ID       the person who asks (default: dev-ROLE; none for a system's role)
  --username NAME    what limited-access lists name (default: the subject)
  --name NAME        the person's name
  --staff-code CODE  the person's staff code
  --mappa-area AREA  the MAPPA area of a coordinator
  --client ID        the calling system (default: throughcare-cli, or the system that the role names)
  --ttl TIME         how long it is valid, e.g. 90s, 30m, 1h, 7d (default: 1h, at most 30d)

Roles: ${ROLE_NAMES.join(', ')}
`

const SYSTEM_CLIENTS: Readonly<Record<MachineRole, string>> = {
  PRISON_SYSTEM: 'prison-system',
  PROBATION_SYSTEM: 'probation-system',
  CRC_SYSTEM: 'crc-system',
}

function claimsOf(options: TokenOptions): DevelopmentClaims {
  const blank = Object.entries(options).find(([, value]) => typeof value === 'string' && value.trim() === '')
  if (blank !== undefined) throw new Error(`--${blank[0]} must not be empty`)
  const roles = (options.role ?? []).map(roleNamed)
  const [first] = roles
  if (first === undefined) throw new Error(`--role is required; roles: ${ROLE_NAMES.join(', ')}`)
  const human = roles.find((role) => !isMachineRole(role))
  const subject = options.subject ?? (human && `dev-${human.toLowerCase().replaceAll('_', '-')}`)
  if (subject === undefined && (options.username ?? options.name) !== undefined) {
    throw new Error(`--username and --name need --subject: ${first} alone stands for no person`)
  }
  const client = human === undefined && isMachineRole(first) ? SYSTEM_CLIENTS[first] : 'throughcare-cli'
  const claims: Record<keyof Omit<DevelopmentClaims, 'roles'>, string | undefined> = {
    client_id: options.client ?? client,
    sub: subject,
    username: options.username,
    name: options.name,
    agency: options.agency,
    staff_code: options['staff-code'],
    mappa_area: options['mappa-area'],
  }
  return { roles: [...new Set(roles)], ...given(claims) }
}

/** The role that somebody typed. */
export function roleNamed(text: string): RoleName {
  const role = ROLE_NAMES.find((name) => name === text.trim().toUpperCase().replaceAll('-', '_'))
  if (role === undefined) throw new Error(`Unknown role '${text}'; roles: ${ROLE_NAMES.join(', ')}`)
  return role
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const LONGEST_TTL = 30 * SECONDS.d

function secondsOf(text: string): number {
  const [, count, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * SECONDS[unit as keyof typeof SECONDS]
  if (!(seconds >= 1 && seconds <= LONGEST_TTL))
    throw new Error('--ttl: expected e.g. 90s, 30m, 1h or 7d, at most 30d')
  return seconds
}

/** Where the development issuer's keys lie; while it is off its tokens are refused, so none is made. */
export function developmentDataDir(env: Readonly<Record<string, string | undefined>>): string {
  const off = 'The development issuer is off'
  const instead = 'take a token from a trusted issuer'
  if (env.NODE_ENV?.trim() === 'production') throw new Error(`${off} with NODE_ENV=production: ${instead}`)
  if ((env.TRUSTED_ISSUERS?.trim() ?? '') !== '')
    throw new Error(`${off} while TRUSTED_ISSUERS is set: ${instead}`)
  return readConfig(env).dataDir
}

/** What went wrong, for the person at the terminal. */
export function complaint(error: unknown): string {
  if (error instanceof ConfigFault) return error.faults.join('\n')
  return error instanceof Error ? error.message : String(error)
}

/** Leaves out what was not given. */
function given(claims: Readonly<Record<string, string | undefined>>): Omit<DevelopmentClaims, 'roles'> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
