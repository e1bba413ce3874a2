import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose'
import { readConfig, type TrustedIssuer } from '../src/config'
import type { Caller } from '../src/domain/caller'
import { Refusal } from '../src/domain/refusal'
import { createAuthenticator, type Authenticator } from '../src/http/authenticate'
import { developmentIssuer, signDevelopmentToken } from '../src/http/development-issuer'

interface Key {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly jwk: JWK
}

async function newKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } }
}

/** A trusted issuer's end: a key set on loopback whose keys and mood the test decides. */
const published = { keys: [] as JWK[], status: 200, fetches: 0 }
let server: Server
let trusted: TrustedIssuer
let key: Key
let stranger: Key

beforeAll(async () => {
  key = await newKey('first')
  stranger = await newKey('first')
  server = createServer((_, response) => {
    published.fetches++
    response.writeHead(published.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: published.keys }))
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  trusted = issuerWith({})
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

beforeEach(() => {
  Object.assign(published, { keys: [key.jwk], status: 200, fetches: 0 })
})

function issuerWith(change: object): TrustedIssuer {
  const entry = {
    issuer: 'https://issuer.example.org',
    jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    audience: 'throughcare',
    roles: ['PROBATION_OFFICER', 'MAPPA_COORDINATOR', 'PROBATION_SYSTEM'],
    agencies: ['N07', 'N02'],
    clients: ['delius'],
    usernameNamespace: 'DELIUS',
    staffCodeNamespace: 'DELIUS',
    ...change,
  }
  const [issuer] = readConfig({ TRUSTED_ISSUERS: JSON.stringify([entry]) }).trustedIssuers
  if (issuer === undefined) throw new Error('no issuer')
  return issuer
}

const SECOND = 1
const HOUR = 3600
const now = () => Math.floor(Date.now() / 1000)

const person = {
  roles: ['PROBATION_OFFICER'],
  sub: 'A.Officer',
  name: 'Ann Officer',
  client_id: 'delius',
  agency: 'N07',
  staff_code: 'N07A001',
}

/** `undefined` leaves a claim or a header out. */
async function token(
  claims: object = {},
  header: Partial<JWTHeaderParameters> = {},
  by = key,
): Promise<string> {
  const standard = { iss: trusted.issuer, aud: 'throughcare', iat: now(), exp: now() + HOUR }
  const protectedHeader = { alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header }
  return new SignJWT({ ...standard, ...person, ...claims })
    .setProtectedHeader(protectedHeader)
    .sign(by.privateKey)
}

async function ask(
  text: string,
  role?: string,
  by: Authenticator = createAuthenticator([trusted]),
): Promise<Caller> {
  return (await by.authenticate(`Bearer ${text}`, role)).caller
}

async function refusalOf(answer: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Refusal) return error
  throw new Error(`no refusal: ${String(error)}`)
}

const GENERIC = 'a valid bearer token of a trusted issuer is required'

async function expectUnauthenticated(answer: Promise<unknown>): Promise<void> {
  const { code, message } = await refusalOf(answer)
  expect([code, message]).toEqual(['UNAUTHENTICATED', GENERIC])
}

describe('who calls', () => {
  test('a person, by a client', async () => {
    expect(await ask(await token())).toEqual({
      issuer: trusted.issuer,
      client: 'delius',
      person: { subject: 'A.Officer', username: 'a.officer', namespace: 'DELIUS', name: 'Ann Officer' },
      role: 'PROBATION_OFFICER',
      agency: 'N07',
      staffCode: 'N07A001',
      staffCodeNamespace: 'DELIUS',
    })
  })

  test('a person whose username is not the subject', async () => {
    const caller = await ask(await token({ sub: '4711', username: 'AnnO', mappa_area: 'LONDON' }))
    expect(caller).toMatchObject({ person: { subject: '4711', username: 'anno' }, mappaArea: 'LONDON' })
  })

  test.each([undefined, 'delius'])('a system on nobody’s behalf, with sub %s', async (sub) => {
    const caller = await ask(await token({ roles: ['PROBATION_SYSTEM'], sub, staff_code: undefined }))
    expect(caller).toEqual({
      issuer: trusted.issuer,
      client: 'delius',
      role: 'PROBATION_SYSTEM',
      agency: 'N07',
    })
  })

  test('claims under the names that the issuer uses', async () => {
    const claims = { roles: 'authorities', username: 'user_name', client_id: 'azp' }
    const stated = { roles: undefined, authorities: ['PROBATION_OFFICER'], user_name: 'X', azp: 'delius' }
    const caller = await ask(
      await token({ ...stated, client_id: 'ignored' }),
      undefined,
      of(issuerWith({ claims })),
    )
    expect(caller).toMatchObject({ client: 'delius', role: 'PROBATION_OFFICER', person: { username: 'x' } })
  })

  test('an unnamed client only of an issuer that may assert any', async () => {
    const unnamed = await token({ client_id: undefined })
    await expectUnauthenticated(ask(unnamed))
    const caller = await ask(unnamed, undefined, of(issuerWith({ clients: ['*'] })))
    expect(caller).toMatchObject({ client: 'unknown', person: { subject: 'A.Officer' } })
  })

  test('a clock that is a little off is tolerated', async () => {
    await expect(
      ask(await token({ exp: now() - 2 * SECOND, nbf: now() + 3 * SECOND })),
    ).resolves.toBeDefined()
  })

  test.each(['ES384', 'PS256', 'RS256', 'EdDSA'])('%s, where the issuer signs so', async (alg) => {
    const other = await newKey('other', alg)
    published.keys = [key.jwk, other.jwk]
    await expect(
      ask(await token({}, {}, other), undefined, of(issuerWith({ algorithms: [alg] }))),
    ).resolves.toBeDefined()
    await expectUnauthenticated(ask(await token(), undefined, of(issuerWith({ algorithms: [alg] }))))
  })
})

function of(...issuers: TrustedIssuer[]): Authenticator {
  return createAuthenticator(issuers)
}

describe('the acting role', () => {
  const both = { roles: ['PROBATION_OFFICER', 'MAPPA_COORDINATOR'] }

  test('is the one named of several', async () => {
    expect(await ask(await token(both), 'MAPPA_COORDINATOR')).toMatchObject({ role: 'MAPPA_COORDINATOR' })
  })

  test('must be named where there are several', async () => {
    const { code, message } = await refusalOf(ask(await token(both)))
    expect(code).toBe('FORBIDDEN')
    expect(message).toBe('this token holds several roles: name one in the acting-role header')
  })

  test.each([[both.roles], [['PROBATION_OFFICER']]])(
    'must be one that the token holds: %j',
    async (roles) => {
      expect((await refusalOf(ask(await token({ roles }), 'PROBATION_SYSTEM'))).code).toBe('FORBIDDEN')
    },
  )

  test('is the only one, even if it is stated twice', async () => {
    const twice = { roles: ['PROBATION_OFFICER', 'PROBATION_OFFICER'] }
    expect(await ask(await token(twice), '')).toMatchObject({ role: 'PROBATION_OFFICER' })
  })
})

describe('401, with one message for all', () => {
  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic dXNlcjpwYXNz',
    'Bearer a b',
    'Bearer x',
    'Bearer a.b.c',
    'Bearer ..',
  ])('authorization: %s', async (authorization) => {
    await expectUnauthenticated(of(trusted).authenticate(authorization, undefined))
  })

  test('a token without its scheme, and one that is too long', async () => {
    await expectUnauthenticated(of(trusted).authenticate(await token(), undefined))
    await expectUnauthenticated(ask(await token({ padding: 'x'.repeat(20_000) })))
  })

  test.each<[string, () => object]>([
    ['expired', () => ({ exp: now() - 10 })],
    ['never expiring', () => ({ exp: undefined })],
    ['expiring at a word', () => ({ exp: 'tomorrow' })],
    ['not valid yet', () => ({ nbf: now() + 60 })],
    ['for another audience', () => ({ aud: 'elsewhere' })],
    ['for no audience', () => ({ aud: undefined })],
    ['of an unknown issuer', () => ({ iss: 'https://elsewhere.example.org' })],
    ['of no issuer', () => ({ iss: undefined })],
    ['of an issuer that is no text', () => ({ iss: [trusted.issuer] })],
    ['of the development issuer', () => ({ iss: 'urn:throughcare:development' })],
    ['with a role the issuer may not assert', () => ({ roles: ['PRISON_OFFICER'] })],
    ['with one such role of two', () => ({ roles: ['PROBATION_OFFICER', 'PRISON_OFFICER'] })],
    ['with an unknown role', () => ({ roles: ['PROBATION_OFFICER', 'KING'] })],
    ['with a role in lower case', () => ({ roles: ['probation_officer'] })],
    ['with an empty list of roles', () => ({ roles: [] })],
    ['without roles', () => ({ roles: undefined })],
    ['with roles that are no list', () => ({ roles: { PROBATION_OFFICER: true } })],
    ['with an agency the issuer may not assert', () => ({ agency: 'C05' })],
    ['with an agency that is no text', () => ({ agency: ['N07'] })],
    ['with a star for an agency', () => ({ agency: '*' })],
    ['with a client the issuer may not assert', () => ({ client_id: 'nomis' })],
    ['without a client', () => ({ client_id: undefined })],
    ['with an empty subject', () => ({ sub: '' })],
    ['with a NUL in a name', () => ({ name: 'A\u0000B' })],
    ['with half a character in a subject', () => ({ sub: '\ud800' })],
  ])('a token %s', async (_, claims) => {
    await expectUnauthenticated(ask(await token(claims())))
  })

  test.each<[string, Partial<JWTHeaderParameters>]>([
    ['of another type', { typ: 'JWT' }],
    ['of the type of an identity token', { typ: 'id_token+jwt' }],
    ['with a key id nobody knows', { kid: 'unknown' }],
  ])('a token %s', async (_, header) => {
    await expectUnauthenticated(ask(await token({}, header)))
  })

  test('a token of no type', async () => {
    const untyped = new SignJWT({ ...person, iss: trusted.issuer, aud: 'throughcare', exp: now() + HOUR })
    await expectUnauthenticated(
      ask(await untyped.setProtectedHeader({ alg: 'ES256', kid: key.kid }).sign(key.privateKey)),
    )
  })

  test('a signature by somebody else under the same key id', async () => {
    await expectUnauthenticated(ask(await token({}, {}, stranger)))
  })

  test('a key that the token brings along', async () => {
    const jku = 'http://127.0.0.1:1/'
    await expectUnauthenticated(ask(await token({}, { jwk: stranger.jwk, jku, kid: 'mine' }, stranger)))
  })

  test('claims changed after signing', async () => {
    const [header = '', payload = '', signature = ''] = (await token()).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const changed = base64url.encode(JSON.stringify({ ...claims, roles: ['MAPPA_COORDINATOR'] }))
    await expectUnauthenticated(ask([header, changed, signature].join('.')))
    await expectUnauthenticated(ask([header, payload, ''].join('.')))
  })

  test('no signature: alg none', async () => {
    const claims = { ...person, iss: trusted.issuer, aud: 'throughcare', exp: now() + HOUR }
    await expectUnauthenticated(ask(new UnsecuredJWT(claims).encode()))
    const header = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: key.kid }))
    await expectUnauthenticated(ask(`${header}.${base64url.encode(JSON.stringify(claims))}.`))
  })

  test.each(['the PEM text', 'the published JWK', 'a guess'])('HS256 with %s as its secret', async (what) => {
    const secrets: Record<string, string> = {
      'the PEM text': await exportSPKI(key.publicKey),
      'the published JWK': JSON.stringify(key.jwk),
    }
    const claims = { ...person, iss: trusted.issuer, aud: 'throughcare', exp: now() + HOUR }
    const parts = [{ alg: 'HS256', typ: 'at+jwt', kid: key.kid }, claims]
    const signed = parts.map((part) => base64url.encode(JSON.stringify(part))).join('.')
    const signature = createHmac('sha256', secrets[what] ?? 'secret')
      .update(signed)
      .digest('base64url')
    await expectUnauthenticated(ask(`${signed}.${signature}`))
  })

  test('one trusted issuer’s key under another’s name', async () => {
    const other = issuerWith({ issuer: 'urn:other', jwks: `${trusted.jwks.replace('/jwks', '')}/other` })
    const both = of(trusted, { ...other, audience: 'elsewhere' })
    await expectUnauthenticated(ask(await token({ iss: 'urn:other' }), undefined, both))
  })
})

describe('the issuer’s key set', () => {
  test('is fetched once for many tokens', async () => {
    const authenticator = of(trusted)
    const one = await token()
    await Promise.all(Array.from({ length: 20 }, () => ask(one, undefined, authenticator)))
    expect(published.fetches).toBe(1)
  })

  test('is followed when it rotates, and a key withdrawn is a key refused', async () => {
    const authenticator = createAuthenticator([trusted], { cooldownMs: 0 })
    await ask(await token(), undefined, authenticator)
    const next = await newKey('second')
    published.keys = [next.jwk]
    await expect(ask(await token({}, {}, next), undefined, authenticator)).resolves.toBeDefined()
    await expectUnauthenticated(ask(await token(), undefined, authenticator))
  })

  test('is asked for again when it is old, so that a withdrawn key does not live on', async () => {
    const authenticator = createAuthenticator([trusted], { maxAgeMs: 0 })
    await ask(await token(), undefined, authenticator)
    published.keys = [(await newKey('second')).jwk]
    await expectUnauthenticated(ask(await token(), undefined, authenticator))
  })

  test('is not hammered by a flood of unknown key ids', async () => {
    const authenticator = of(trusted)
    await ask(await token(), undefined, authenticator)
    for (let n = 0; n < 50; n++)
      await expectUnauthenticated(ask(await token({}, { kid: `k${n}` }), undefined, authenticator))
    expect(published.fetches).toBe(1)
  })

  test('that cannot be had refuses the token, says so, and is not hammered either', async () => {
    const authenticator = of(trusted)
    published.status = 500
    for (let n = 0; n < 10; n++) {
      const refusal = await refusalOf(ask(await token(), undefined, authenticator))
      expect([refusal.code, refusal.message]).toEqual(['UNAUTHENTICATED', 'the token cannot be checked now'])
      expect(refusal.cause).toBeInstanceOf(Error)
    }
    expect(published.fetches).toBe(1)
  })

  test('that nobody serves refuses the token too', async () => {
    const gone = issuerWith({ jwks: 'http://127.0.0.1:1/jwks' })
    const { code, message } = await refusalOf(ask(await token(), undefined, of(gone)))
    expect([code, message]).toEqual(['UNAUTHENTICATED', 'the token cannot be checked now'])
  })

  test('is used while the issuer is out of reach', async () => {
    const authenticator = createAuthenticator([trusted], { cooldownMs: 0 })
    const one = await token()
    await ask(one, undefined, authenticator)
    published.status = 503
    await expect(ask(one, undefined, authenticator)).resolves.toBeDefined()
  })
})

describe('the development issuer', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'throughcare-issuer-'))
  })
  afterEach(() => {
    rmSync(dataDir, { recursive: true })
  })

  const claims = { roles: ['CRC_OFFICER'], client_id: 'throughcare-cli', sub: 'dev', agency: 'C05' } as const

  test('signs what its own description accepts, with a key that only its owner may read', async () => {
    const authenticator = createAuthenticator([developmentIssuer(dataDir)])
    const caller = await ask(await signDevelopmentToken(dataDir, claims, HOUR), undefined, authenticator)
    expect(caller).toMatchObject({ role: 'CRC_OFFICER', agency: 'C05', person: { username: 'dev' } })
    expect(statSync(join(dataDir, 'development-issuer.json')).mode & 0o777).toBe(0o600)
  })

  test('makes one key even if many ask at once', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 12 }, () => signDevelopmentToken(dataDir, claims, HOUR)),
    )
    const authenticator = createAuthenticator([developmentIssuer(dataDir)])
    for (const one of tokens) await expect(ask(one, undefined, authenticator)).resolves.toBeDefined()
  })

  test('follows a key that another process has changed', async () => {
    const authenticator = createAuthenticator([developmentIssuer(dataDir)])
    const before = await signDevelopmentToken(dataDir, claims, HOUR)
    await ask(before, undefined, authenticator)
    rmSync(join(dataDir, 'development-issuer.json'))
    const after = await signDevelopmentToken(dataDir, claims, HOUR)
    await expect(ask(after, undefined, authenticator)).resolves.toBeDefined()
    await expectUnauthenticated(ask(before, undefined, authenticator))
  })

  test('refuses an expired token, and one of another data directory', async () => {
    const authenticator = createAuthenticator([developmentIssuer(dataDir)])
    await expectUnauthenticated(
      ask(await signDevelopmentToken(dataDir, claims, -10), undefined, authenticator),
    )
    const elsewhere = await signDevelopmentToken(join(dataDir, 'other'), claims, HOUR)
    await expectUnauthenticated(ask(elsewhere, undefined, authenticator))
  })

  test('says what to do about a damaged key file', async () => {
    const path = join(dataDir, 'development-issuer.json')
    const sound = await signDevelopmentToken(dataDir, claims, HOUR)
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20))
    await expect(signDevelopmentToken(dataDir, claims, HOUR)).rejects.toThrow(
      'remove it, and a new one is made',
    )
    const refusal = await refusalOf(ask(sound, undefined, createAuthenticator([developmentIssuer(dataDir)])))
    expect(refusal.message).toBe('the token cannot be checked now')
  })
})
