import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer } from '@apollo/server'
import { expressMiddleware } from '@as-integrations/express5'
import express from 'express'
import type { GraphQLFieldResolver } from 'graphql'
import { Pool, types, type PoolConfig } from 'pg'
import { EntryTables, type EntrySize } from './entry-writer'
import { SDL } from './dataloader-schema'
import { loaders, type Loaded, type LoaderOf } from './loaders'

/** What the process is told, as JSON in its first argument. */
export interface StackOptions {
  readonly connection: PoolConfig
  readonly entries: Readonly<Record<string, EntrySize>>
  /** Who is in no list. */
  readonly barred: readonly string[]
}

types.setTypeParser(types.builtins.INT8, Number)

type Row = Loaded

interface Context {
  readonly pool: Pool
  readonly loader: LoaderOf
  readonly barred: readonly string[]
  readonly seen: Set<string>
}

const LATEST = 'standing desc nulls last, specialist, assessed_at desc nulls last, scores_only, id desc'
type Resolver = GraphQLFieldResolver<Row, Context>

const column =
  (name: string): Resolver =>
  (row) =>
    row[name]
const list =
  (
    table: string,
    own: string,
    key: string,
    order: string,
    keep: (row: Row) => boolean = () => true,
  ): Resolver =>
  async (row, _args, context) =>
    row[own] === null ? [] : (await context.loader(table, key, order).load(row[own])).filter(keep)
const one =
  (...of: Parameters<typeof list>): Resolver =>
  async (row, args, context, info) =>
    ((await list(...of)(row, args, context, info)) as Row[])[0] ?? null
const itself: Resolver = (row) => row
const firstOf =
  (rows: Resolver, ...sortedBy: readonly string[]): Resolver =>
  async (row, args: { first: number }, context, info) => {
    const all = (await rows(row, args, context, info)) as Row[]
    const nodes = all.slice(0, args.first)
    const last = nodes.at(-1)
    const place = JSON.stringify(sortedBy.map((name) => last?.[name]))
    const endCursor = last ? Buffer.from(place).toString('base64') : null
    return { nodes, pageInfo: { hasNextPage: all.length > args.first, endCursor } }
  }

const ofOffender = (table: string, order: string, keep?: (row: Row) => boolean) =>
  list(table, 'id', 'offender_id', order, keep)
const isNow = (row: Row) => typeof row['period'] === 'string' && row['period'].endsWith(',)')
const assessments = ofOffender('assessment', LATEST)
const noneStated = ofOffender('none_stated', 'table_name', ({ table_name }) => table_name === 'assessment')
const sources = one('source_record', 'source_record_id', 'id', 'id')
const levels = ofOffender('mappa_level', 'lead, stated_at desc', isNow)

const caseload: Resolver = async (_row, args: { where: { allocatedTo: string } }, context) => {
  const { rows } = await context.pool.query<Row>({
    name: 'caseload',
    text: `select o.* from record.offender o where o.id in (select l.offender_id from record.allocation l where l.staff_code = $1 and l.until is null)
        and o.id <> all($2::uuid[])
      order by o.family_name, o.given_name, o.id limit 51`,
    values: [args.where.allocatedTo, context.barred],
  })
  for (const row of rows.slice(0, 50)) context.seen.add(String(row['id']))
  return rows
}

const resolvers = {
  Query: {
    offender: async (_: unknown, { by }: { by: { id: string } }, context: Context) => {
      context.seen.add(by.id)
      return (await context.loader('offender', 'id', 'id').load(by.id))[0] ?? null
    },
    offenders: firstOf(caseload, 'family_name', 'given_name', 'id'),
  },
  Offender: {
    name: itself,
    dateOfBirth: column('date_of_birth'),
    identifiers: ofOffender('identifier', 'type, value, id'),
    custody: one('custody', 'id', 'offender_id', 'lead, since desc nulls last'),
    allocations: ofOffender('allocation', 'role, since, id', (row) => row['until'] === null),
    keyDates: ofOffender('key_date', 'type, date, id'),
    alerts: ofOffender('alert', 'code, id', (row) => row['active'] === true),
    risk: itself,
    mappa: itself,
    withheld: () => [],
  },
  Name: { given: column('given_name'), family: column('family_name') },
  Identifier: {
    source: async (...of: Parameters<Resolver>) => ({
      ...((await sources(...of)) as Row),
      recordedAt: of[0]['recorded_at'],
    }),
  },
  Custody: { establishment: one('organisation', 'establishment_code', 'code', 'code') },
  Allocation: {
    officerName: column('officer_name'),
    organisation: one('organisation', 'organisation_code', 'code', 'code'),
  },
  Risk: {
    state: async (...of: Parameters<Resolver>) => {
      if (((await assessments(...of)) as Row[]).length > 0) return 'RECORDED'
      return ((await noneStated(...of)) as Row[]).length > 0 ? 'NONE' : 'UNKNOWN'
    },
    latest: one('assessment', 'id', 'offender_id', LATEST),
    history: firstOf(ofOffender('assessment', 'assessed_at desc, id desc'), 'assessed_at', 'id'),
  },
  Assessment: {
    completedAt: column('completed_at'),
    rosh: one('rosh', 'source_record_id', 'source_record_id', 'source_record_id'),
    predictors: list('predictor', 'source_record_id', 'source_record_id', 'name, version, id'),
  },
  Rosh: {
    community: itself,
    custody: itself,
    whoIsAtRisk: column('who_is_at_risk'),
    natureOfRisk: column('nature_of_risk'),
  },
  Community: {
    children: column('community_children'),
    public: column('community_public'),
    knownAdult: column('community_known_adult'),
    staff: column('community_staff'),
  },
  InCustody: {
    children: column('custody_children'),
    public: column('custody_public'),
    knownAdult: column('custody_known_adult'),
    staff: column('custody_staff'),
    prisoners: column('custody_prisoners'),
  },
  Mappa: {
    registration: async (...of: Parameters<Resolver>) => ((await levels(...of)) as Row[])[0] ?? null,
    conflict: async (...of: Parameters<Resolver>) => {
      const all = (await levels(...of)) as Row[]
      const differ = all.some(
        ({ level, category }) => level !== all[0]?.['level'] || category !== all[0]?.['category'],
      )
      return differ ? all : []
    },
    decisions: firstOf(ofOffender('mappa_level_decision', 'decided_at desc, id desc'), 'decided_at', 'id'),
  },
  Level: {
    levelStatus: column('level_status'),
    leadAgency: column('lead_agency'),
    nextReviewOn: column('next_review_on'),
    recordedAt: column('recorded_at'),
  },
  MappaLevelDecision: {
    fromLevel: column('from_level'),
    toLevel: column('to_level'),
    levelStatus: column('level_status'),
    effectiveOn: column('effective_on'),
    nextReviewOn: column('next_review_on'),
    decidedAt: column('decided_at'),
    decidedBy: itself,
    assessments: list('decision_assessment', 'id', 'decision_id', 'assessment_id'),
    communications: list('notice', 'id', 'decision_id', 'agency', (row) => row['agency'] !== null),
  },
  Maker: {
    name: column('decided_by_name'),
    role: column('decided_by_role'),
    agency: column('decided_by_agency'),
  },
  Communication: {
    sentAt: column('sent_at'),
    acknowledgedAt: column('acknowledged_at'),
    acknowledgedBy: column('acknowledged_by'),
  },
  Cited: { id: column('assessment_id'), completedAt: column('completed_at') },
}

/** What most teams would build: Express, Apollo Server, a resolver a field, DataLoader, and one awaited insert a request. */
async function main(): Promise<void> {
  const { connection, entries, barred } = JSON.parse(process.argv[2] ?? '') as StackOptions
  const pool = new Pool({ ...connection, max: 12, options: '-c timezone=UTC -c jit=off' })
  const journal = new EntryTables(pool, 'stack')
  const apollo = new ApolloServer<Context>({
    typeDefs: SDL,
    resolvers,
    plugins: [
      {
        requestDidStart: () =>
          Promise.resolve({
            willSendResponse: async ({ operationName, contextValue }) => {
              const size = entries[operationName ?? '']
              if (!size) throw new Error('what is to be put on record of it is not known')
              await journal.insert([{ offenders: [...contextValue.seen], size }])
            },
          }),
      },
    ],
  })
  await apollo.start()
  const app = express()
  const context = () => Promise.resolve({ pool, barred, loader: loaders(pool), seen: new Set<string>() })
  app.use('/graphql', express.json(), expressMiddleware(apollo, { context }))
  const server = createServer(app)
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`)
  })
  process.once('SIGTERM', () => {
    server.close()
    server.closeAllConnections()
    void pool.end().then(() => process.exit(0))
  })
}

void main()
