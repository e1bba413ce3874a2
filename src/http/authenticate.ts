import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify } from 'jose'
import type { FetchImplementation, JWTPayload, JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { IssuerRules, TrustedIssuer } from '../config'
import { isMachineRole, ROLE_NAMES, type Caller, type Person, type RoleName } from '../domain/caller'
import { comparableName } from '../domain/comparable-name'
import { Refusal } from '../domain/refusal'
import type { DevelopmentIssuer } from './development-issuer'

/** Decides who calls, by the tokens of the given issuers and of nobody else. */
export function createAuthenticator(
  issuers: readonly (TrustedIssuer | DevelopmentIssuer)[],
  options: AuthenticatorOptions = {},
): Authenticator {
  const known = new Map(issuers.map((rules) => [rules.issuer, { rules, keys: keysOf(rules, options) }]))
  const now = options.now ?? (() => new Date())
  return {
    async authenticate(authorization, actingRole) {
      const token = bearerToken(authorization)
      const issuer = known.get(statedIssuer(token))
      if (issuer === undefined) throw unauthenticated(new Error('unknown issuer'))
      const payload = await verify(token, issuer.rules, issuer.keys, now())
      const caller = callerOf(payload, issuer.rules, actingRole)
      return { caller, expiresAt: new Date(Number(payload.exp) * 1_000) }
    },
  }
}

export interface Authenticator {
  /** Takes the `authorization` and `acting-role` headers; throws a Refusal whose cause says why. */
  authenticate(authorization: string | undefined, actingRole: string | undefined): Promise<Authenticated>
}

export interface Authenticated {
  readonly caller: Caller
  /** The token's `exp`. */
  readonly expiresAt: Date
}

export interface AuthenticatorOptions {
  readonly now?: () => Date
  /** How long after a fetch an unknown key id, or a failed fetch, causes no other; 30 s. */
  readonly cooldownMs?: number
  /** How long a key set is used without asking for it again; 10 min. */
  readonly maxAgeMs?: number
  /** How long an issuer may take to give its key set; 5 s. */
  readonly timeoutMs?: number
}

const CLOCK_TOLERANCE_SECONDS = 5
const LONGEST_TOKEN = 16_384

function keysOf(issuer: TrustedIssuer | DevelopmentIssuer, options: AuthenticatorOptions): JWTVerifyGetKey {
  if ('keys' in issuer) return issuer.keys
  const cooldownDuration = options.cooldownMs ?? 30_000
  return createRemoteJWKSet(new URL(issuer.jwks), {
    cooldownDuration,
    cacheMaxAge: options.maxAgeMs ?? 600_000,
    timeoutDuration: options.timeoutMs ?? 5_000,
    [customFetch]: restingFetch(Math.min(cooldownDuration, 5_000)),
  })
}

/** An issuer that does not answer is left alone for a while: jose's own cooldown counts successes only. */
function restingFetch(restMs: number): FetchImplementation {
  let failure: { at: number; cause: unknown } | undefined
  return async (url, options) => {
    if (failure !== undefined && performance.now() - failure.at < restMs) {
      throw new Error('the key set could not be fetched a moment ago', { cause: failure.cause })
    }
    try {
      const response = await fetch(url, options)
      failure = response.ok ? undefined : { at: performance.now(), cause: response.status }
      return response
    } catch (error) {
      failure = { at: performance.now(), cause: error }
      throw error
    }
  }
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthenticated(new Error('no token'))
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1]
  if (token === undefined || token.length > LONGEST_TOKEN) throw unauthenticated(new Error('no bearer token'))
  return token
}

/** An unverified look that only chooses whose keys and rules the token must then meet. */
function statedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch (error) {
    throw unauthenticated(error)
  }
}

async function verify(
  token: string,
  rules: IssuerRules,
  keys: JWTVerifyGetKey,
  now: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms: [...rules.algorithms],
      typ: rules.typ,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp'],
      currentDate: now,
    })
    return payload
  } catch (error) {
    throw isTokenFault(error) ? unauthenticated(error) : uncheckable(error)
  }
}

/** Everything else means that the issuer's keys could not be had. */
const TOKEN_FAULTS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
]

function isTokenFault(error: unknown): boolean {
  return TOKEN_FAULTS.some((fault) => error instanceof fault)
}

/** What goes into the journal and the database takes no control characters and no halves of characters. */
const claim = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)

const statedClaims = z.object({
  roles: z.array(z.enum(ROLE_NAMES)).min(1),
  sub: claim.optional(),
  username: claim.optional(),
  name: claim.optional(),
  client_id: claim.optional(),
  agency: claim.optional(),
  staff_code: claim.optional(),
  mappa_area: claim.optional(),
})
type StatedClaims = z.infer<typeof statedClaims>

function callerOf(payload: JWTPayload, rules: IssuerRules, actingRole: string | undefined): Caller {
  const claims = claimsOf(payload, rules)
  const client = claims.client_id ?? 'unknown'
  if (claims.client_id === undefined && !rules.clients.includes('*')) throw beyond('no client')
  if (!permits(rules.clients, client)) throw beyond('client')
  if (claims.agency !== undefined && !permits(rules.agencies, claims.agency)) throw beyond('agency')
  if (!claims.roles.every((role) => rules.roles.includes(role))) throw beyond('role')
  const person = personOf(claims, rules)
  const role = roleOf(claims.roles, actingRole)
  const ceiling = Object.hasOwn(rules.ceilings, client) ? rules.ceilings[client] : undefined
  return Object.freeze({
    issuer: rules.issuer,
    client,
    ...(person && { person }),
    role,
    ...(!isMachineRole(role) &&
      claims.roles.some(isMachineRole) && { through: claims.roles.filter(isMachineRole) }),
    ...(ceiling && { ceiling }),
    ...(claims.agency !== undefined && { agency: claims.agency }),
    ...(claims.staff_code !== undefined && {
      staffCode: claims.staff_code,
      staffCodeNamespace: rules.staffCodeNamespace,
    }),
    ...(claims.mappa_area !== undefined && { mappaArea: claims.mappa_area }),
  })
}

function claimsOf(payload: JWTPayload, rules: IssuerRules): StatedClaims {
  const stated = Object.entries(rules.claims).map(([own, theirs]) => [own, payload[theirs] ?? undefined])
  const parsed = statedClaims.safeParse(Object.fromEntries(stated))
  if (!parsed.success) throw unauthenticated(parsed.error)
  return parsed.data
}

function permits(allowed: readonly string[], code: string): boolean {
  return allowed.includes('*') || allowed.includes(code)
}

/** A subject that is the client itself is a system calling on nobody's behalf. */
function personOf({ sub, username, name, client_id }: StatedClaims, rules: IssuerRules): Person | undefined {
  if (sub === undefined || sub === client_id) return undefined
  return Object.freeze({
    subject: sub,
    username: comparableName(username ?? sub),
    namespace: rules.usernameNamespace,
    ...(name !== undefined && { name }),
  })
}

function roleOf(held: readonly RoleName[], actingRole: string | undefined): RoleName {
  const named = actingRole?.trim()
  if (named !== undefined && named !== '') {
    const role = held.find((one) => one === named)
    if (role === undefined)
      throw new Refusal('FORBIDDEN', 'this token does not hold the role in the acting-role header')
    return role
  }
  const [role, ...others] = new Set(held)
  if (role === undefined || others.length > 0) {
    throw new Refusal('FORBIDDEN', 'this token holds several roles: name one in the acting-role header')
  }
  return role
}

/** One message for all faults, so that nobody can feel their way; the cause is for our own counters. */
function unauthenticated(cause: unknown): Refusal {
  return new Refusal('UNAUTHENTICATED', 'a valid bearer token of a trusted issuer is required', undefined, {
    cause,
  })
}

function beyond(what: string): Refusal {
  return unauthenticated(new Error(`beyond what the issuer may assert: ${what}`))
}

function uncheckable(cause: unknown): Refusal {
  return new Refusal('UNAUTHENTICATED', 'the token cannot be checked now', undefined, { cause })
}
