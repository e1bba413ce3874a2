import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type JWTVerifyGetKey,
} from 'jose'
import { z } from 'zod'
import { DEVELOPMENT_ISSUER, OWN_CLAIM_NAMES, type IssuerRules } from '../config'
import { ROLE_NAMES, type RoleName } from '../domain/caller'
import { createOnce, ignore } from '../store/create-once'
import { packagePath } from '../store/package-files'

/** The issuer of a developer's own tokens: may assert anything, and its keys lie in the data directory. */
export function developmentIssuer(dataDir: string): DevelopmentIssuer {
  return {
    issuer: DEVELOPMENT_ISSUER,
    audience: AUDIENCE,
    algorithms: ['ES256'],
    typ: TYPE,
    roles: ROLE_NAMES,
    agencies: ['*'],
    clients: ['*'],
    usernameNamespace: 'DELIUS',
    staffCodeNamespace: 'DELIUS',
    ceilings: {},
    documents: { 'case-list': { path: packagePath('documents/case-list'), registeredOnly: true } },
    claims: OWN_CLAIM_NAMES,
    keys: keysFromFile(keyFile(dataDir)),
  }
}

export interface DevelopmentIssuer extends IssuerRules {
  readonly keys: JWTVerifyGetKey
}

/** Signs with the key of this data directory, making one where there is none; no server is needed. */
export async function signDevelopmentToken(
  dataDir: string,
  claims: DevelopmentClaims,
  ttlSeconds: number,
): Promise<string> {
  const [key] = await readKeys(keyFile(dataDir))
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: TYPE, kid: key.kid })
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .setJti(randomUUID())
    .sign(await importJWK(key, 'ES256'))
}

export interface DevelopmentClaims {
  readonly roles: readonly RoleName[]
  readonly client_id?: string
  readonly sub?: string
  readonly username?: string
  readonly name?: string
  readonly agency?: string
  readonly staff_code?: string
  readonly mappa_area?: string
}

const AUDIENCE = 'throughcare'
const TYPE = 'at+jwt'

function keyFile(dataDir: string): string {
  return join(dataDir, 'development-issuer.json')
}

/** Follows the file, so that keys changed by another process hold at once. */
function keysFromFile(path: string): JWTVerifyGetKey {
  let held: { stamp: string | undefined; keys: JWTVerifyGetKey } | undefined
  async function read(stamp: string | undefined) {
    const keys = (await readKeys(path)).map(({ kty, crv, x, y, kid }) => ({
      kty,
      crv,
      x,
      y,
      kid,
      alg: 'ES256',
    }))
    return (held = { stamp, keys: createLocalJWKSet({ keys }) })
  }
  return async (header, token) => {
    const stamp = await stampOf(path)
    const current = held !== undefined && held.stamp === stamp ? held : await read(stamp)
    try {
      return await current.keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      return (await read(stamp)).keys(header, token)
    }
  }
}

/** What changes with every replacement of the file, even within one tick of its clock. */
async function stampOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(ignore('ENOENT'))
  return stats && [stats.ino, stats.size, stats.mtimeNs].join()
}

const privateKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
})
type PrivateKey = z.infer<typeof privateKey>

const keySet = z.object({ keys: z.tuple([privateKey], privateKey) })

async function readKeys(path: string): Promise<[PrivateKey, ...PrivateKey[]]> {
  const text = await readFile(path, 'utf8').catch(ignore('ENOENT'))
  if (text === undefined) {
    await createKeys(path)
    return readKeys(path)
  }
  try {
    return keySet.parse(JSON.parse(text)).keys
  } catch (cause) {
    throw new Error(`${path} holds no usable key: remove it, and a new one is made`, { cause })
  }
}

async function createKeys(path: string): Promise<void> {
  const { privateKey: generated } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(generated)
  const keys = [{ ...jwk, kid: await calculateJwkThumbprint(jwk) }]
  await createOnce(path, `${JSON.stringify({ keys }, null, 2)}\n`)
}
