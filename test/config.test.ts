import { resolve } from 'node:path'
import { ConfigFault, readConfig } from '../src/config'
import { DEFAULT_LIMITS } from '../src/domain/document-limits'

const issuer = {
  issuer: 'https://issuer.example.org',
  jwks: 'https://issuer.example.org/jwks.json',
  audience: 'throughcare',
  roles: ['PROBATION_OFFICER'],
  agencies: ['N07'],
  clients: ['*'],
  usernameNamespace: 'DELIUS',
  staffCodeNamespace: 'DELIUS',
}

function issuers(...changes: object[]): string {
  return JSON.stringify(changes.map((change) => ({ ...issuer, ...change })))
}

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
  return []
}

const PRODUCTION = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://db/throughcare' }

test('without any variable a developer gets the embedded database and the development issuer', () => {
  expect(readConfig({})).toEqual({
    port: 4000,
    host: '127.0.0.1',
    dataDir: resolve('.data'),
    demoOffenders: 2000,
    trustedIssuers: [],
    sourceSilence: { default: 24 },
    documentLimits: DEFAULT_LIMITS,
    production: false,
    introspection: true,
  })
})

test('feeds are expected as often as it says, those that are not named once a day', () => {
  const silence = (json: string) => readConfig({ SOURCE_SILENCE: json }).sourceSilence
  expect(silence('{"nomis": 2}')).toEqual({ nomis: 2, default: 24 })
  expect(silence('{"default": 0.5}')).toEqual({ default: 0.5 })
  for (const wrong of ['24', '{"nomis": 0}', '{"nomis": "2"}', '{"default": 100000}', '{']) {
    expect(() => silence(wrong)).toThrow(/SOURCE_SILENCE/)
  }
})

test('limits of documents are what it says, and by default what it does not', () => {
  const limits = (json: string) => readConfig({ DOCUMENT_LIMITS: json }).documentLimits
  expect(limits('{"cost": 7}')).toEqual({ ...DEFAULT_LIMITS, cost: 7 })
  for (const wrong of ['7', '{"cost": 0}', '{"cost": 1.5}', '{"coast": 7}', '{"depth": 1000}', '{']) {
    expect(() => limits(wrong)).toThrow(/DOCUMENT_LIMITS/)
  }
})

test('a client’s documents lie where it says, and bind it only where it says so', () => {
  const documents = {
    delius: { path: 'registered' },
    nomis: { path: '/srv/nomis.json', registeredOnly: true },
  }
  const [first] = readConfig({ TRUSTED_ISSUERS: issuers({ documents }) }).trustedIssuers
  expect(first?.documents).toEqual({
    delius: { path: resolve('registered'), registeredOnly: false },
    nomis: { path: '/srv/nomis.json', registeredOnly: true },
  })
  expect(faultsOf({ TRUSTED_ISSUERS: issuers({ documents, clients: ['delius', 'noms'] }) })).toEqual([
    'TRUSTED_ISSUERS: expected documents of clients that the issuer may assert',
  ])
})

test('an empty variable is an unset one', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ', TRUSTED_ISSUERS: '', NODE_ENV: '' })).toEqual(
    readConfig({}),
  )
})

test('production takes what it is given, and nothing that is made for development', () => {
  const config = readConfig({
    ...PRODUCTION,
    MIGRATION_DATABASE_URL: 'postgres://owner@db/throughcare',
    TRUSTED_ISSUERS: issuers({}),
    HOST: '0.0.0.0',
    PORT: '0',
    DATA_DIR: '/srv/throughcare',
  })
  expect(config).toMatchObject({
    port: 0,
    host: '0.0.0.0',
    dataDir: '/srv/throughcare',
    databaseUrl: 'postgresql://db/throughcare',
    migrationDatabaseUrl: 'postgres://owner@db/throughcare',
    demoOffenders: 0,
    production: true,
    introspection: false,
  })
})

test('an issuer has safe defaults and keeps what it names', () => {
  const [plain, other] = readConfig({
    TRUSTED_ISSUERS: issuers(
      {},
      {
        issuer: 'urn:other',
        jwks: 'http://[::1]:9000/jwks',
        algorithms: ['ES384'],
        typ: 'JWT',
        claims: { roles: 'authorities' },
      },
    ),
  }).trustedIssuers
  expect(plain).toMatchObject({ algorithms: ['ES256', 'EdDSA', 'RS256', 'PS256'], typ: 'at+jwt' })
  expect(plain?.claims).toMatchObject({ roles: 'roles', client_id: 'client_id', mappa_area: 'mappa_area' })
  expect(other).toMatchObject({ algorithms: ['ES384'], typ: 'JWT' })
  expect(other?.claims).toMatchObject({ roles: 'authorities', sub: 'sub' })
})

test('the configuration cannot be changed afterwards', () => {
  const config = readConfig({ TRUSTED_ISSUERS: issuers({}) })
  expect(Object.isFrozen(config)).toBe(true)
  expect(Object.isFrozen(config.trustedIssuers[0]?.roles)).toBe(true)
})

test('all faults are told at once, one line a variable, in the order of the documentation', () => {
  const faults = faultsOf({
    PORT: '65536',
    HOST: 'http://here',
    DATABASE_URL: 'mysql://user:secret@db/x',
    MIGRATION_DATABASE_URL: 'nonsense',
    DEMO_OFFENDERS: '200001',
    TRUSTED_ISSUERS: '{"issuer"',
    NODE_ENV: 'Production',
  })
  expect(faults).toEqual([
    'PORT: expected a whole number from 0 to 65535',
    'HOST: expected a host name or an address',
    'DATABASE_URL: expected a postgresql:// address',
    'MIGRATION_DATABASE_URL: expected a postgresql:// address',
    'DEMO_OFFENDERS: expected a whole number from 0 to 200000',
    'TRUSTED_ISSUERS: expected a JSON array of issuers',
    'NODE_ENV: expected production, development or test',
  ])
  expect(faults.join()).not.toContain('secret')
})

test.each(['4000.5', '0x10', '-1', '1e3', ' 12 34'])('PORT=%s is a fault', (PORT) => {
  expect(faultsOf({ PORT })).toEqual(['PORT: expected a whole number from 0 to 65535'])
})

test('production without its database and issuers is a fault each', () => {
  expect(faultsOf({ NODE_ENV: 'production', HOST: '0.0.0.0' })).toEqual([
    'DATABASE_URL: expected with NODE_ENV=production',
    'TRUSTED_ISSUERS: expected with NODE_ENV=production',
  ])
})

test('an owner of the database without the database is a fault', () => {
  expect(faultsOf({ MIGRATION_DATABASE_URL: 'postgres://db/x' })).toEqual([
    'MIGRATION_DATABASE_URL: expected only together with DATABASE_URL',
  ])
})

test.each(['127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST'])(
  'the development issuer works on %s',
  (HOST) => {
    expect(faultsOf({ HOST })).toEqual([])
  },
)

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '128.0.0.1',
  'gateway',
  '127.0.0.1.example.org',
  'localhost.example.org',
])('the development issuer does not work on %s', (HOST) => {
  expect(faultsOf({ HOST })).toEqual([
    'HOST: expected a loopback address (127.0.0.0/8, ::1, localhost) while TRUSTED_ISSUERS is unset',
  ])
  expect(faultsOf({ HOST, TRUSTED_ISSUERS: issuers({}) })).toEqual([])
})

const ADDRESS = '[0].jwks expected an https address without credentials (http on loopback only)'

test.each<[string, object, string]>([
  ['plain http', { jwks: 'http://issuer.example.org/jwks' }, ADDRESS],
  ['another protocol', { jwks: 'file:///etc/keys' }, ADDRESS],
  ['credentials in the address', { jwks: 'https://me:secret@issuer.example.org/' }, ADDRESS],
  ['an unknown role', { roles: ['KING'] }, '[0].roles[0] '],
  ['no role', { roles: [] }, '[0].roles expected at least one role'],
  ['no agency', { agencies: [] }, "[0].agencies expected at least one code, or ['*'] for any"],
  [
    'a ceiling of what is no group',
    { ceilings: { delius: ['EVERYTHING'] } },
    '[0].ceilings.delius[0] expected',
  ],
  ['documents without a path', { documents: { delius: {} } }, '[0].documents.delius.path expected a path'],
  ['a code beside the star', { clients: ['*', 'delius'] }, "[0].clients expected '*' to stand alone"],
  ['a symmetric algorithm', { algorithms: ['HS256'] }, '[0].algorithms[0] '],
  ['no algorithm at all', { algorithms: ['none'] }, '[0].algorithms[0] '],
  ['a misspelt setting', { audiance: 'x' }, '[0] '],
  ['a misspelt claim', { claims: { role: 'authorities' } }, '[0].claims '],
  ['no audience', { audience: undefined }, '[0].audience expected a text'],
  [
    'no namespace',
    { usernameNamespace: ' ' },
    '[0].usernameNamespace expected a text of 1 to 200 characters',
  ],
  ['a name that is no address', { issuer: 'issuer' }, '[0].issuer expected an address or a urn'],
  ["the development issuer's name", { issuer: 'urn:throughcare:development' }, '[0].issuer expected another'],
])('an issuer with %s is a fault', (_, change, fault) => {
  const faults = faultsOf({ TRUSTED_ISSUERS: issuers(change) })
  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain(`TRUSTED_ISSUERS: ${fault}`)
  expect(faults[0]).not.toContain('secret')
})

test('two issuers of one name, and a list of none, are faults', () => {
  expect(faultsOf({ TRUSTED_ISSUERS: issuers({}, {}) })).toEqual([
    'TRUSTED_ISSUERS: expected each issuer once',
  ])
  expect(faultsOf({ TRUSTED_ISSUERS: '[]' })).toEqual(['TRUSTED_ISSUERS: expected at least one issuer'])
  expect(faultsOf({ TRUSTED_ISSUERS: '{}' })).toEqual(['TRUSTED_ISSUERS: expected a JSON array of issuers'])
})

test('several faults of one issuer are one line', () => {
  expect(faultsOf({ TRUSTED_ISSUERS: issuers({ audience: '', roles: [] }) })).toEqual([
    'TRUSTED_ISSUERS: [0].audience expected a text of 1 to 200 characters; [0].roles expected at least one role',
  ])
})

test('hosts of webhooks have a port each, 443 unless they say another', () => {
  const { webhookHosts } = readConfig({ WEBHOOK_HOSTS: 'One.example.org, two.example.org:8443,[::1]:9000' })
  expect(webhookHosts).toEqual(['one.example.org:443', 'two.example.org:8443', '[::1]:9000'])
  expect(readConfig({ WEBHOOK_SIGNING_KEY_FILE: 'key.pem' }).webhookSigningKeyFile).toBe(resolve('key.pem'))
})

test.each(['*', 'https://one.example.org', 'one.example.org/hints', 'user@one.example.org', 'one,,two'])(
  '%s names no hosts of webhooks',
  (text) => {
    expect(faultsOf({ WEBHOOK_HOSTS: text })).toEqual([
      expect.stringMatching(/^WEBHOOK_HOSTS: expected hosts/),
    ])
  },
)

test('production that sends hints signs them with a key that it is given', () => {
  const sending = { ...PRODUCTION, TRUSTED_ISSUERS: issuers({}), WEBHOOK_HOSTS: 'one.example.org' }
  expect(faultsOf(sending)).toEqual([
    'WEBHOOK_SIGNING_KEY_FILE: expected with WEBHOOK_HOSTS and NODE_ENV=production',
  ])
  expect(faultsOf({ ...sending, WEBHOOK_SIGNING_KEY_FILE: '/run/secrets/webhooks.pem' })).toEqual([])
})
