import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestListener } from 'node:http'
import request from 'supertest'
import { createApp } from '../../src/app'
import { readSchema } from '../../src/catalogue/read-schema'
import type { IssuerRules } from '../../src/config'
import type { ClientCeilings } from '../../src/config-ceilings'
import { TrustedDocuments } from '../../src/documents/trusted'
import { isMachineRole, type RoleName } from '../../src/domain/caller'
import { DEFAULT_LIMITS, type DocumentLimits } from '../../src/domain/document-limits'
import type { Purpose } from '../../src/domain/purpose'
import { createGateway, type Gateway } from '../../src/gateway'
import { AuthenticationFailures } from '../../src/http/authentication-failures'
import { createAuthenticator } from '../../src/http/authenticate'
import { developmentIssuer, signDevelopmentToken } from '../../src/http/development-issuer'
import type { WebhookTerms } from '../../src/outbound/own-webhooks'
import { openDatabase, type Database } from '../../src/store/database'
import { readableSets } from '../../src/query/readable-sets'
import { keepDictionary } from '../../src/store/journal-rows'
import { grantReading } from '../../src/store/reader-roles'
import { readCursorKeys, sealedCursors } from '../../src/store/sealed-cursors'
import { readSchemaFiles } from '../../src/store/package-files'
import type { PushLimits } from '../../src/updates/push-gate'
import { createTestDatabase, type TestDatabase } from './database'
import { type GivenAnswer, unloggedFields } from './walker'

/** A caller as a test names it; what is left out is left out of the token too. */
export interface As {
  readonly role: RoleName
  /** Roles that the token holds beside the acting one. */
  readonly also?: readonly RoleName[]
  readonly agency?: string
  readonly subject?: string
  readonly username?: string
  readonly staffCode?: string
  readonly client?: string
  readonly mappaArea?: string
  readonly purpose?: Purpose | null
  readonly justification?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly string[]
    readonly extensions: { readonly code: string; readonly field?: string }
  }[]
  readonly extensions?: {
    readonly withheld?: readonly {
      readonly path: readonly (string | number)[]
      readonly group?: string
      readonly reason: string
      readonly message?: string
    }[]
    readonly disclosure?: { readonly entry: string; readonly revision: number }
  }
}

export interface ItemAnswer {
  readonly index: number
  readonly messageId: string | null
  readonly outcome: string
  readonly offenderId: string | null
  readonly errors: readonly { readonly code: string; readonly path: string; readonly message: string }[]
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}

export interface TestGateway {
  readonly app: RequestListener
  readonly gateway: Gateway
  /** Where the development issuer's keys are. */
  readonly dataDir: string
  readonly database: Database
  readonly testDatabase: TestDatabase
  ask(as: As, query: string, variables?: Record<string, unknown>): Promise<Body>
  token(as: As): Promise<string>
  ingest(
    as: As,
    format: string,
    body: unknown,
    query?: string,
  ): Promise<{ revision: number; results: ItemAnswer[] }>
  /** Every answer given so far: what the walker walks. */
  readonly given: GivenAnswer[]
  /** Fields that answers held and the journal does not, found independently of the code that answered. */
  unlogged(): Promise<string[]>
  close(): Promise<void>
}

const ROLE_PURPOSES: Partial<Record<RoleName, Purpose>> = {
  MAPPA_COORDINATOR: 'MAPPA',
  MAPPA_PANEL_MEMBER: 'MAPPA',
  DATA_PROTECTION_OFFICER: 'AUDIT',
  DATA_STEWARD: 'DATA_QUALITY',
  ANALYST: 'ANALYSIS',
  PRISON_PUBLIC_PROTECTION: 'PUBLIC_PROTECTION',
  VICTIM_LIAISON_OFFICER: 'VICTIM_LIAISON',
  POLICE_OFFENDER_MANAGER: 'MAPPA',
  PAROLE_BOARD: 'PAROLE',
  INSPECTOR: 'INSPECTION',
}

export interface TestGatewayOptions {
  readonly now?: () => Date
  /** Changes the gateway before it serves: for breaking it on purpose. */
  readonly alter?: (gateway: Gateway) => Gateway
  readonly pushLimits?: PushLimits
  readonly webhooks?: WebhookTerms
  /** Instead of a new one; it is dropped at the end all the same. */
  readonly testDatabase?: TestDatabase
  /** Groups that clients may ever read, as an issuer's configuration names them. */
  readonly ceilings?: ClientCeilings
  /** What clients have registered, as an issuer's configuration names it. */
  readonly documents?: IssuerRules['documents']
  readonly limits?: DocumentLimits
  /** Is told what the gateway writes into its log. */
  readonly report?: (error: unknown, requestId: string) => void
}

/** The whole gateway in this process, on a database of its own; answers are recorded for the walker. */
export async function startTestGateway({
  now = () => new Date(),
  alter = (g) => g,
  pushLimits,
  webhooks,
  testDatabase: ownDatabase,
  ceilings = {},
  documents = {},
  limits = DEFAULT_LIMITS,
  report = () => undefined,
}: TestGatewayOptions = {}): Promise<TestGateway> {
  const testDatabase = ownDatabase ?? (await createTestDatabase())
  const dataDir = await mkdtemp(join(tmpdir(), 'throughcare-keys-'))
  await chmod(dataDir, 0o711)
  const database = openDatabase(testDatabase.connection, () => undefined)
  const catalogue = readSchema(readSchemaFiles())
  await grantReading(testDatabase.connection, undefined, readableSets(catalogue))
  await keepDictionary(database.pools.appender, catalogue.dictionary.version, catalogue.dictionary.fields)
  const gateway = alter(
    createGateway({
      catalogue,
      database,
      cursors: sealedCursors(await readCursorKeys(testDatabase.connection)),
      now,
      ...(pushLimits && { pushLimits }),
      ...(webhooks && { webhooks }),
    }),
  )
  const faults: unknown[] = []
  const issuer = { ...developmentIssuer(dataDir), ceilings, documents }
  const { listener, graphql } = await createApp({
    gateway,
    authenticator: createAuthenticator([issuer]),
    failures: new AuthenticationFailures(),
    introspection: true,
    trusted: new TrustedDocuments([issuer], { catalogue, limits, introspection: true }),
    limits,
    report: (error, requestId) => {
      faults.push(error)
      report(error, requestId)
    },
  })
  const given: GivenAnswer[] = []
  const token = (as: As) =>
    signDevelopmentToken(
      dataDir,
      {
        roles: [as.role, ...(as.also ?? [])],
        client_id:
          as.client ?? (isMachineRole(as.role) ? as.role.toLowerCase().replace('_', '-') : 'test-client'),
        ...(!isMachineRole(as.role) && { sub: as.subject ?? `test-${as.role.toLowerCase()}` }),
        ...(as.username !== undefined && { username: as.username }),
        ...(as.agency !== undefined && { agency: as.agency }),
        ...(as.staffCode !== undefined && { staff_code: as.staffCode }),
        ...(as.mappaArea !== undefined && { mappa_area: as.mappaArea }),
      },
      600,
    )
  return {
    app: listener,
    gateway,
    dataDir,
    database,
    testDatabase,
    given,
    token,
    ask: async (as, query, variables = {}) => {
      const purpose =
        as.purpose === undefined ? (ROLE_PURPOSES[as.role] ?? 'OFFENDER_MANAGEMENT') : as.purpose
      const response = await request(listener)
        .post('/graphql')
        .set('authorization', `Bearer ${await token(as)}`)
        .set({
          ...(purpose !== null && !isMachineRole(as.role) && { 'purpose-of-use': purpose }),
          ...(as.justification !== undefined && { justification: encodeURIComponent(as.justification) }),
          ...(as.also && { 'acting-role': as.role }),
          ...as.headers,
        })
        .send({ query, variables })
      const body = JSON.parse(response.text) as Body
      given.push({ query, variables, text: response.text })
      if (body.errors?.some((error) => error.extensions.code === 'INTERNAL')) {
        const [fault] = faults.splice(0)
        throw new Error(`INTERNAL: ${String((fault as { cause?: unknown } | undefined)?.cause ?? fault)}`)
      }
      return body
    },
    ingest: async (as, format, body, search = '') => {
      const response = await request(listener)
        .post(`/ingest/${format}${search}`)
        .set('authorization', `Bearer ${await token(as)}`)
        .set('content-type', 'application/json')
        .set({ ...as.headers })
        .send(typeof body === 'string' ? body : JSON.stringify(body))
      if (response.status !== 200)
        throw new Error(`ingest answered ${response.status}: ${response.text} ${String(faults.splice(0)[0])}`)
      return JSON.parse(response.text) as { revision: number; results: ItemAnswer[] }
    },
    unlogged: () => unloggedFields(testDatabase.connection, given),
    close: async () => {
      await graphql.stop()
      await database.close()
      await testDatabase.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
