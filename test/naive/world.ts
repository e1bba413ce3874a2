import type { Client } from 'pg'
import { CALLERS, NOBODY, plantWorld, type State, type World as Planted } from '../support/canary-world'
import { catalogue } from '../support/cells'
import { aCase, aManager, anEvent, aPrisoner, aRoshSummary } from '../support/documents'
import type { As, TestGateway } from '../support/gateway'
import { Churn } from './churn'

/** People of every kind, whose records have changed since in ways that nobody planned. */
export interface ChangedWorld {
  /** Ids of people, joined ones included, and of one whom there is not. */
  readonly people: readonly string[]
  readonly meetings: readonly string[]
  /** The instants of the record's revisions, in order. */
  readonly instants: readonly Date[]
  readonly owner: Client
  close(): Promise<void>
}

const MORE: readonly [State, string][] = [
  ['own', 'second'],
  ['own', 'third'],
  ['other', 'stranger'],
  ['restricted', 'guarded'],
]

const ROUNDS = 60

/** Plants people, then changes rows at random, revision by revision; joins and parts some on the way. */
export async function changedWorld(t: TestGateway, seed: number): Promise<ChangedWorld> {
  const planted = await plantWorld(t, catalogue)
  const { owner } = planted
  for (const [state, name] of MORE) await planted.plant(state, name)
  const sent = await sendPeople(t)
  const churn = await Churn.over(owner, seed)
  await churn.number()
  await churn.double()
  for (let round = 0; round < ROUNDS; round += 1) {
    await churn.round()
    if (round === 30) await churn.freeze(Object.values(CALLERS))
    if (round === 15) await join(t, sent('A5001AA'), sent('A5002AA'), 'MDI')
    if (round === 25) await join(t, sent('X500003'), sent('X500004'), 'N02')
    if (round === 45) await part(t, owner, sent('X500003'), 'X500004', 'N02')
  }
  await churn.holdElsewhere('A5001AA', 'A5002AA')
  await owner.query('analyze')
  return { ...(await found(planted)), owner, close: () => planted.close() }
}

const PRISON: As = { role: 'PRISON_SYSTEM', agency: 'MDI' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }

const PRISON_NUMBERS = ['A5001AA', 'A5002AA', 'A5005AA']
const CRNS = ['X500001', 'X500003', 'X500004', 'X500005', 'X500006']

/** People whom suppliers' documents made: they alone can be joined and parted, by what the documents say. */
async function sendPeople(t: TestGateway): Promise<(number: string) => string> {
  const prisoners = PRISON_NUMBERS.map((number, i) =>
    aPrisoner(number, { lastName: `Sent${i}`, dateOfBirth: `198${i}-02-03` }),
  )
  const cases = CRNS.map((crn, i) =>
    aCase(crn, {
      otherIds: { crn, ...(i === 0 && { nomsNumber: 'A5001AA' }) },
      surname: `Case${i}`,
      dateOfBirth: i === 0 ? '1980-02-03' : `197${i}-02-03`,
      offenderManagers: [aManager(i === 2 ? { staff: 'N07XYZ1', team: 'N07XYZ' } : {})],
      mappa: { level: 1 + (i % 3), category: 1, startDate: '2026-01-05' },
    }),
  )
  const made = [
    await t.ingest(PRISON, 'prisoner-search', prisoners),
    await t.ingest(PROBATION, 'probation-search', cases),
  ]
  for (const [i, crn] of ['X500001', 'X500003', 'X500004'].entries())
    await t.ingest(PROBATION, 'rosh-summary', aRoshSummary(crn, 7_000 + i))
  const lists = { excludedFrom: [{ username: 'somebody' }], restrictedTo: [], exclusionMessage: 'Words.' }
  for (const crn of ['X500005', 'X500006'])
    await t.ingest(PROBATION, 'access-limitations', lists, `?crn=${crn}`)
  const changed = anEvent(
    'probation-case.exclusion.updated',
    {},
    { crn: 'X500006', at: new Date().toISOString() },
  )
  await t.ingest(PROBATION, 'domain-event', changed)
  const ids = made.flatMap(({ results }) => results.map(({ offenderId }) => offenderId ?? ''))
  return (number) => ids[[...PRISON_NUMBERS, ...CRNS].indexOf(number)] ?? ''
}

async function found({ owner }: Planted) {
  const joined = await owner.query('select from record.offender o where o.joined_into is not null')
  if (joined.rowCount === 0) throw new Error('nobody was joined to anybody')
  const ids = async (sql: string) => (await owner.query<{ id: string }>(sql)).rows.map(({ id }) => id)
  const { rows } = await owner.query<{ at: Date }>('select r.at from record.revision r order by r.revision')
  return {
    people: [...(await ids('select o.id from record.offender o order by o.id')), NOBODY],
    meetings: await ids('select m.id from record.mappa_meeting m order by m.id'),
    instants: rows.map(({ at }) => at),
  }
}

const stewardOf = (agency: string): As => ({
  ...CALLERS.DATA_STEWARD,
  agency,
  subject: 'steward',
  purpose: 'DATA_QUALITY',
})

/** A data steward finds that two are one. */
async function join(t: TestGateway, into: string, from: string, agency: string): Promise<void> {
  const merge = 'mutation($input: MergeOffendersInput!) { mergeOffenders(input: $input) { revision } }'
  const { data } = await t.ask(stewardOf(agency), merge, {
    input: { into: { id: into }, from: { id: from }, reason: 'Seen both files' },
  })
  if (data?.['mergeOffenders'] == null) throw new Error(`nobody could join ${from} to ${into}`)
}

/** A data steward finds that a record is somebody else's. */
async function part(
  t: TestGateway,
  owner: Client,
  offender: string,
  record: string,
  agency: string,
): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(
    'select s.id from record.source_record s where s.local_id = $1',
    [record],
  )
  const input = {
    offender: { id: offender },
    records: rows.map(({ id }) => id),
    reason: 'Other fingerprints',
  }
  const unmerge = 'mutation($input: UnmergeOffendersInput!) { unmergeOffenders(input: $input) { revision } }'
  const { data } = await t.ask(stewardOf(agency), unmerge, { input })
  if (data?.['unmergeOffenders'] == null) throw new Error(`nobody could part ${record}`)
}
