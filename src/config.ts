import { clientCeilings, type ClientCeilings } from './config-ceilings'
import { areOfClients, clientDocuments, documentLimits, type ClientDocuments } from './config-documents'
import { SILENCE_HOURS, sourceSilence } from './config-silence'
import { webhookHosts } from './config-webhooks'
import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { ROLE_NAMES, type RoleName } from './domain/caller'
import { DEFAULT_LIMITS, type DocumentLimits } from './domain/document-limits'

/** Reads the settings from a given environment; every fault is reported at once. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = withoutBlanks(env)
  const parsed = variables.safeParse(given)
  const faults = new Map<string, string[]>()
  if (!parsed.success) for (const issue of parsed.error.issues) note(faults, issue.path, issue.message)
  for (const [variable, expectation] of combinationFaults(given)) note(faults, [variable], expectation)
  if (!parsed.success || faults.size > 0) throw new ConfigFault(faultLines(faults))
  const { data } = parsed
  const production = given.NODE_ENV === 'production'
  return deepFreeze({
    port: data.PORT,
    host: data.HOST,
    dataDir: resolve(data.DATA_DIR),
    ...(data.DATABASE_URL === undefined ? {} : { databaseUrl: data.DATABASE_URL }),
    ...(data.MIGRATION_DATABASE_URL === undefined
      ? {}
      : { migrationDatabaseUrl: data.MIGRATION_DATABASE_URL }),
    demoOffenders: data.DEMO_OFFENDERS ?? (production ? 0 : 2000),
    trustedIssuers: data.TRUSTED_ISSUERS ?? [],
    sourceSilence: { ...data.SOURCE_SILENCE, default: data.SOURCE_SILENCE?.['default'] ?? SILENCE_HOURS },
    documentLimits: data.DOCUMENT_LIMITS ?? DEFAULT_LIMITS,
    production,
    introspection: !production,
    ...(data.WEBHOOK_HOSTS && { webhookHosts: data.WEBHOOK_HOSTS }),
    ...(data.WEBHOOK_SIGNING_KEY_FILE !== undefined && {
      webhookSigningKeyFile: resolve(data.WEBHOOK_SIGNING_KEY_FILE),
    }),
  })
}

export interface Config {
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  /** Absolute. */
  readonly dataDir: string
  /** Absent: the embedded database. */
  readonly databaseUrl?: string
  /** The owner that migrates and creates roles, where it is another than `databaseUrl`. */
  readonly migrationDatabaseUrl?: string
  readonly demoOffenders: number
  /** Empty: the development issuer, and no other. */
  readonly trustedIssuers: readonly TrustedIssuer[]
  /** Hours of silence after which a feed is overdue, by client; `default` for the others. */
  readonly sourceSilence: Readonly<Record<string, number>> & { readonly default: number }
  readonly documentLimits: DocumentLimits
  readonly production: boolean
  readonly introspection: boolean
  /** `host:port`; absent: loopback addresses only, and in production none. */
  readonly webhookHosts?: readonly string[]
  /** Absolute; absent: a key of the data directory. */
  readonly webhookSigningKeyFile?: string
}

/** What an issuer's tokens must look like and what they may assert. */
export interface IssuerRules {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly SigningAlgorithm[]
  /** The token type its header must name. */
  readonly typ: string
  readonly roles: readonly RoleName[]
  /** Organisation codes; `['*']`: any. */
  readonly agencies: readonly string[]
  /** Client systems; `['*']`: any, unnamed ones included. */
  readonly clients: readonly string[]
  readonly usernameNamespace: string
  readonly staffCodeNamespace: string
  readonly ceilings: ClientCeilings
  /** By client. */
  readonly documents: Readonly<Record<string, ClientDocuments>>
  readonly claims: ClaimNames
}

export interface TrustedIssuer extends IssuerRules {
  /** Address of its key set. */
  readonly jwks: string
}

export const SIGNING_ALGORITHMS = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/** Our names of the claims, each with the name that an issuer uses for it. */
export type ClaimNames = Readonly<Record<keyof typeof OWN_CLAIM_NAMES, string>>

export const OWN_CLAIM_NAMES = {
  roles: 'roles',
  sub: 'sub',
  username: 'username',
  name: 'name',
  client_id: 'client_id',
  agency: 'agency',
  staff_code: 'staff_code',
  mappa_area: 'mappa_area',
} as const

/** The issuer whose keys lie in the data directory; nobody may be configured under its name. */
export const DEVELOPMENT_ISSUER = 'urn:throughcare:development'

export class ConfigFault extends Error {
  /** One line per variable at fault; values are never repeated, since some are secret. */
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration has faults:\n${faults.join('\n')}`)
    this.name = 'ConfigFault'
    this.faults = faults
  }
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

function isLoopback(host: string): boolean {
  const family = isIP(host)
  return family === 0
    ? host.toLowerCase() === 'localhost'
    : LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function wholeNumber(lowest: number, highest: number) {
  const error = `expected a whole number from ${lowest} to ${highest}`
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine((number) => number >= lowest && number <= highest, error)
}

const databaseUrl = z
  .string()
  .refine((text) => /^postgres(ql)?:$/.test(urlOf(text)?.protocol ?? ''), 'expected a postgresql:// address')

const filled = z
  .string('expected a text')
  .refine((text) => text.trim() !== '' && text.length <= 200, 'expected a text of 1 to 200 characters')

const codes = z
  .array(filled, "expected a list of codes, or ['*'] for any")
  .min(1, "expected at least one code, or ['*'] for any")
  .refine((list) => list.length === 1 || !list.includes('*'), "expected '*' to stand alone")

const trustedIssuer = z.strictObject({
  issuer: filled
    .refine((text) => /^(https?|urn):$/.test(urlOf(text)?.protocol ?? ''), 'expected an address or a urn')
    .refine((text) => text !== DEVELOPMENT_ISSUER, 'expected another than the development issuer'),
  jwks: z
    .string('expected an address')
    .refine(isKeySetAddress, 'expected an https address without credentials (http on loopback only)'),
  audience: filled,
  algorithms: z
    .array(z.enum(SIGNING_ALGORITHMS), `expected a list from ${SIGNING_ALGORITHMS.join(', ')}`)
    .min(1, 'expected at least one algorithm')
    .default(['ES256', 'EdDSA', 'RS256', 'PS256']),
  typ: filled.default('at+jwt'),
  roles: z.array(z.enum(ROLE_NAMES), 'expected a list of roles').min(1, 'expected at least one role'),
  agencies: codes,
  clients: codes,
  usernameNamespace: filled,
  staffCodeNamespace: filled,
  ceilings: clientCeilings,
  documents: clientDocuments,
  claims: z
    .strictObject({
      roles: filled.default(OWN_CLAIM_NAMES.roles),
      sub: filled.default(OWN_CLAIM_NAMES.sub),
      username: filled.default(OWN_CLAIM_NAMES.username),
      name: filled.default(OWN_CLAIM_NAMES.name),
      client_id: filled.default(OWN_CLAIM_NAMES.client_id),
      agency: filled.default(OWN_CLAIM_NAMES.agency),
      staff_code: filled.default(OWN_CLAIM_NAMES.staff_code),
      mappa_area: filled.default(OWN_CLAIM_NAMES.mappa_area),
    })
    .prefault({}),
})

function json(expectation: string) {
  return z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue(expectation)
      return z.NEVER
    }
  })
}

const trustedIssuers = json('expected a JSON array of issuers').pipe(
  z
    .array(trustedIssuer, 'expected a JSON array of issuers')
    .min(1, 'expected at least one issuer')
    .refine(haveOwnNames, 'expected each issuer once')
    .refine(
      (issuers) => issuers.every(areOfClients),
      'expected documents of clients that the issuer may assert',
    ),
)

const variables = z.object({
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/, 'expected a host name or an address')
    .default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: databaseUrl.optional(),
  MIGRATION_DATABASE_URL: databaseUrl.optional(),
  DEMO_OFFENDERS: wholeNumber(0, 200_000).optional(),
  TRUSTED_ISSUERS: trustedIssuers.optional(),
  SOURCE_SILENCE: json('expected a JSON object of hours by client').pipe(sourceSilence).optional(),
  DOCUMENT_LIMITS: json('expected a JSON object of figures').pipe(documentLimits).optional(),
  WEBHOOK_HOSTS: webhookHosts.optional(),
  WEBHOOK_SIGNING_KEY_FILE: z.string().optional(),
  // A misspelt "production" would start the development issuer.
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'expected production, development or test')
    .optional(),
})

type Given = Partial<Record<string, string>>

/** Faults of variables that are well-formed by themselves. */
function combinationFaults(given: Given): [variable: string, expectation: string][] {
  const faults: [string, string][] = []
  if (given.NODE_ENV === 'production') {
    for (const variable of ['DATABASE_URL', 'TRUSTED_ISSUERS']) {
      if (given[variable] === undefined) faults.push([variable, 'expected with NODE_ENV=production'])
    }
    // Several gateways must sign with the same key, and a new machine must not make a new one.
    if (given.WEBHOOK_HOSTS !== undefined && given.WEBHOOK_SIGNING_KEY_FILE === undefined)
      faults.push(['WEBHOOK_SIGNING_KEY_FILE', 'expected with WEBHOOK_HOSTS and NODE_ENV=production'])
  } else if (given.TRUSTED_ISSUERS === undefined && !isLoopback(given.HOST ?? '127.0.0.1')) {
    const loopback =
      'expected a loopback address (127.0.0.0/8, ::1, localhost) while TRUSTED_ISSUERS is unset'
    faults.push(['HOST', loopback])
  }
  if (given.MIGRATION_DATABASE_URL !== undefined && given.DATABASE_URL === undefined) {
    faults.push(['MIGRATION_DATABASE_URL', 'expected only together with DATABASE_URL'])
  }
  return faults
}

/** An empty variable is an unset one: compose files cannot leave a variable out. */
function withoutBlanks(env: Readonly<Record<string, string | undefined>>): Given {
  const given: Given = {}
  for (const variable of Object.keys(variables.shape)) {
    const text = env[variable]?.trim()
    if (text !== undefined && text !== '') given[variable] = text
  }
  return given
}

function isKeySetAddress(text: string): boolean {
  const url = urlOf(text)
  if (url === undefined || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
}

function haveOwnNames(issuers: readonly { issuer: string }[]): boolean {
  return new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function note(faults: Map<string, string[]>, path: readonly PropertyKey[], expectation: string): void {
  const [variable = '', ...inside] = path.map(String)
  const place = inside.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('')
  const said = faults.get(variable) ?? []
  said.push(place === '' ? expectation : `${place.replace(/^\./, '')} ${expectation}`)
  faults.set(variable, said)
}

function faultLines(faults: Map<string, string[]>): string[] {
  return Object.keys(variables.shape).flatMap((variable) => {
    const said = faults.get(variable)
    return said === undefined ? [] : [`${variable}: ${[...new Set(said)].join('; ')}`]
  })
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}
