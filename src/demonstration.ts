import { planAccess } from './access/plan-access'
import type { Caller } from './domain/caller'
import {
  demoCases,
  DEMO_MAPPA_AREAS,
  DEMO_ORGANISATIONS,
  DEMO_TRAINING,
  type DemoDecision,
  type DemoDocument,
} from './demo/population'
import type { Gateway } from './gateway'
import type { CommandDeps } from './commands/command'
import { recordMappaLevel } from './mappa/record-level'
import type { Database } from './store/database'
import { PUSH_ITEMS_MAX } from './updates/push'

const MARK = { client: 'demonstration', requestId: 'population' } as const

/**
 * Loads the demonstration population into an empty record, through the same push and the same command
 * that everybody uses. Stopped half-way it goes on at the next start: what is there already is a duplicate.
 */
export async function loadDemonstration(
  gateway: Gateway,
  database: Database,
  count: number,
  log: (line: string) => void,
): Promise<void> {
  if (count === 0 || (await isLoaded(database)) || !(await isEmptyOrOurs(database))) return
  const started = Date.now()
  log(`loading a demonstration population of ${count} made-up offenders`)
  await loadReference(database)
  const today = await firstDay(database)
  const decisions: DemoDecision[] = []
  const documents = new Batches(gateway)
  let done = 0
  for (const one of demoCases(count, today)) {
    for (const document of one.documents) await documents.add(document)
    decisions.push(...one.decisions)
    done += 1
    if (done % 500 === 0 || done === count) log(`  ${done} of ${count} offenders (${seconds(started)} s)`)
  }
  await documents.flush()
  for (const [i, decision] of decisions.entries())
    await decide(gateway, database, decision, `demo-decision-${i}`)
  await database.pools.writer.query('analyze')
  await markLoaded(database, count)
  log(`  ${decisions.length} MAPPA level decisions; loaded in ${seconds(started)} s`)
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000)
}

async function isLoaded(database: Database): Promise<boolean> {
  const rows = await database.pools.writer.query(
    'select from record.command c where c.client = $1 and c.request_id = $2',
    [MARK.client, MARK.requestId],
  )
  return rows.length > 0
}

/** Made-up people never join real ones: only an empty record, or one that an interrupted load began, is filled. */
async function isEmptyOrOurs(database: Database): Promise<boolean> {
  const [row] = await database.pools.writer.query(
    `select not exists (select from record.received r where r.message_id is null or r.message_id not like 'demo-%')
       and not exists (select from record.mappa_meeting) as free`,
  )
  return row?.['free'] === true
}

/** The day the load began, so that a load that goes on tomorrow sends the same documents. */
async function firstDay(database: Database): Promise<Date> {
  const [row] = await database.pools.reader.query('select min(r.at) as at from record.revision r')
  const day = ((row?.['at'] as Date | null) ?? new Date()).toISOString().slice(0, 10)
  return new Date(`${day}T00:00:00Z`)
}

async function loadReference(database: Database): Promise<void> {
  await database.transact(async (tx) => {
    await tx.query('select record.begin_revision()')
    await tx.query(
      `insert into record.organisation (code, name, type, since, until)
       select s.code, s.name, s.type, s.since, s.until from jsonb_populate_recordset(null::record.organisation, $1::jsonb) s
       on conflict do nothing`,
      [JSON.stringify(DEMO_ORGANISATIONS)],
    )
    await tx.query(
      `insert into record.mappa_area_agency (area, agency) select s.area, s.agency
       from jsonb_populate_recordset(null::record.mappa_area_agency, $1::jsonb) s on conflict do nothing`,
      [
        JSON.stringify(
          DEMO_MAPPA_AREAS.flatMap(({ area, agencies }) => agencies.map((agency) => ({ area, agency }))),
        ),
      ],
    )
    await tx.query(
      `insert into record.staff_training (staff_code, code, description, completed_on)
       select s.staff_code, s.code, s.description, s.completed_on
       from jsonb_populate_recordset(null::record.staff_training, $1::jsonb) s
       where not exists (select from record.staff_training t where t.staff_code = s.staff_code and t.code = s.code)`,
      [JSON.stringify(DEMO_TRAINING)],
    )
    await tx.query('select record.end_revision()')
  })
}

/** Gathers documents into one batch a sender; all are sent when one is full, those of the first sender first. */
class Batches {
  private readonly bySender = new Map<string, DemoDocument[]>()

  constructor(private readonly gateway: Gateway) {}

  async add(document: DemoDocument): Promise<void> {
    const { client } = document.sender
    const batch = this.bySender.get(client) ?? []
    this.bySender.set(client, batch)
    batch.push(document)
    if (batch.length === PUSH_ITEMS_MAX) await this.flush()
  }

  async flush(): Promise<void> {
    for (const batch of this.bySender.values()) {
      const [first] = batch
      if (!first) continue
      const { client, role, agency } = first.sender
      const caller: Caller = {
        issuer: 'urn:throughcare:demonstration',
        client,
        role,
        ...(agency !== undefined && { agency }),
      }
      const items = batch.splice(0).map(({ item }, index) => ({ ...item, index }))
      await this.gateway.push({
        caller,
        sender: first.sender,
        operation: 'demonstration',
        requestId: 'demonstration',
        items,
      })
    }
  }
}

/** A decision as it was made on its day; its entry in the journal says when it was loaded. */
async function decide(
  gateway: Gateway,
  database: Database,
  decision: DemoDecision,
  repeatId: string,
): Promise<void> {
  const { crn, input, decidedAt, decidedBy } = decision
  const caller: Caller = {
    issuer: 'urn:throughcare:demonstration',
    client: MARK.client,
    person: {
      subject: decidedBy.subject,
      username: decidedBy.subject,
      namespace: 'DELIUS',
      name: decidedBy.name,
    },
    role: 'MAPPA_COORDINATOR',
    agency: decidedBy.agency,
    mappaArea: input.area,
  }
  const context = { caller, purpose: 'MAPPA', strict: false, requestId: 'demonstration' } as const
  const plan = planAccess(gateway.catalogue, context, { kind: 'mutation', roots: [], used: [] })
  const { commands } = gateway
  const deps: CommandDeps = {
    fieldsOf: commands.fieldsOf,
    now: () => new Date(decidedAt),
    transact: (work) =>
      commands.transact((tx, append) => work(tx, (draft) => append({ ...draft, at: new Date() }))),
  }
  const assessments = await newestAssessment(database, crn, decidedAt)
  const args = { input: { ...input, offender: { crn }, assessments } }
  const name = 'recordMappaLevel'
  await recordMappaLevel(
    { name, caller, plan, justification: undefined, requestId: repeatId, args, repeatId },
    deps,
  )
}

async function newestAssessment(database: Database, crn: string, at: string): Promise<string[]> {
  const rows = await database.pools.reader.query(
    `select a.id from record.assessment a join record.source_record sr on sr.offender_id = a.offender_id
     where sr.system = 'DELIUS' and sr.local_id = $1 and a.standing = 2 and a.completed_at <= $2
     order by a.completed_at desc limit 1`,
    [crn, at],
  )
  return rows.map((row) => String(row['id']))
}

async function markLoaded(database: Database, count: number): Promise<void> {
  await database.pools.writer.query(
    `insert into record.command (client, actor, request_id, name, input, outcome, revision)
     select $1, '', $2, 'demonstration', $3, 'null', c.value from record.revision_counter c`,
    [MARK.client, MARK.requestId, String(count)],
  )
}
