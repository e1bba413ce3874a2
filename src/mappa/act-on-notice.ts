import type { Person } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import { sendNotices } from '../notices/send'

/** The person who acts on a notice, and the agency that it is addressed to. */
interface Addressee {
  readonly person: Person
  readonly agency: string
}

function addresseeOf({ caller: { person, agency } }: Command): Addressee {
  if (person && agency !== undefined) return { person, agency }
  throw new Refusal('FORBIDDEN', 'A named person acts on notices on behalf of their agency.')
}

/** The notice of the caller's agency, of a case that they may see. */
interface FoundNotice {
  readonly id: string
  readonly offender: string
  readonly row: Readonly<Record<string, unknown>>
}

/** `column`: what `id` is of, a notice or the decision that it tells of. */
async function onNotice(
  command: Command,
  deps: CommandDeps,
  column: 'id' | 'decision_id',
  act: (tx: Transaction, found: FoundNotice, by: string, now: Date) => Promise<Done>,
): Promise<Given | null> {
  const { person, agency } = addresseeOf(command)
  const argument = column === 'id' ? 'notice' : 'decision'
  const id = asUuid(command.args[argument] as string, argument)
  return run(command, deps, async (tx, now): Promise<Done> => {
    const rows = await tx.query(`select n.* from record.notice n where n.${column} = $1`, [id])
    const [any] = rows
    if (!any) return { given: null, offenders: [], tables: [] }
    const { id: offender, unseen } = await findCase(
      tx,
      command,
      { id: any['offender_id'] },
      command.plan.rows,
      now,
    )
    if (offender === undefined) return { given: null, offenders: unseen, tables: [] }
    const row = rows.find((each) => each['agency'] === agency)
    if (!row) {
      const message = `This ${argument} is not addressed to your agency.`
      throw new Refusal('FORBIDDEN', message, undefined, undefined, [offender])
    }
    return act(tx, { id: String(row['id']), offender, row }, person.name ?? person.username, now)
  })
}

/** A named person opens a notice of their agency's; only the first counts. */
export function openNotice(command: Command, deps: CommandDeps): Promise<Given | null> {
  return onNotice(command, deps, 'id', async (tx, { id, offender }, by, now) => {
    await markOpened(tx, id, by, now)
    return noticeDone(id, offender)
  })
}

/** An addressee says that its agency has read the notice; a repeat changes nothing. */
export function acknowledgeNotice(command: Command, deps: CommandDeps): Promise<Given | null> {
  return onNotice(command, deps, 'id', async (tx, { id, offender }, by, now) => {
    await markAcknowledged(tx, id, by, now)
    return noticeDone(id, offender)
  })
}

/** The same, of the notice of a decision. */
export function acknowledgeMappaLevel(command: Command, deps: CommandDeps): Promise<Given | null> {
  return onNotice(command, deps, 'decision_id', async (tx, { id, offender, row }, by, now) => {
    await markAcknowledged(tx, id, by, now)
    const decision = { table: 'mappa_level_decision', id: String(row['decision_id']) }
    return { given: { values: {}, entities: { decision } }, offenders: [offender], tables: ['notice'] }
  })
}

/** Accepts or declines what a notice asks for, once, and tells the agency that raised it. */
export function answerNotice(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { answer, reasons } = command.args as { answer: string; reasons: string }
  if (reasons.trim() === '') throw badInput('reasons', 'Say why: it goes to whoever asked.')
  return onNotice(command, deps, 'id', async (tx, found, by, now) => {
    const { id, offender, row } = found
    refuseAnswer(row, offender)
    await markAcknowledged(tx, id, by, now)
    await tx.query(
      'update record.notice n set answer = $2, answer_reasons = $3, answered_at = $4, answered_by = $5 where n.id = $1',
      [id, answer, reasons.trim(), now.toISOString(), by],
    )
    await tellWhoRaised(tx, found, now)
    return noticeDone(id, offender)
  })
}

function refuseAnswer(row: FoundNotice['row'], offender: string): void {
  const refuse = (message: string) => new Refusal('CONFLICT', message, 'notice', undefined, [offender])
  if (row['answer_wanted'] !== true) throw refuse('This notice asks for no answer; acknowledge it.')
  if (row['answer'] !== null) throw refuse('This notice was answered already.')
}

async function tellWhoRaised(tx: Transaction, { offender, row }: FoundNotice, now: Date): Promise<void> {
  const statedBy = String(row['stated_by'])
  const [record] = await tx.query('select sr.agency from record.source_record sr where sr.id = $1', [
    statedBy,
  ])
  const raisedBy = (record?.['agency'] ?? null) as string | null
  const occasion = `answer:${String(row['id'])}`
  await sendNotices(tx, 'ESCALATION_ANSWER', [{ offender, occasion, areas: [], statedBy, raisedBy }], now)
}

async function markOpened(tx: Transaction, notice: string, by: string, now: Date): Promise<void> {
  await tx.query(
    'update record.notice n set opened_at = $2, opened_by = $3 where n.id = $1 and n.opened_at is null',
    [notice, now.toISOString(), by],
  )
}

async function markAcknowledged(tx: Transaction, notice: string, by: string, now: Date): Promise<void> {
  await markOpened(tx, notice, by, now)
  await tx.query(
    'update record.notice n set acknowledged_at = $2, acknowledged_by = $3 where n.id = $1 and n.acknowledged_at is null',
    [notice, now.toISOString(), by],
  )
}

function noticeDone(notice: string, offender: string): Done {
  return {
    given: { values: {}, entities: { notice: { table: 'notice', id: notice } } },
    offenders: [offender],
    tables: ['notice'],
  }
}
