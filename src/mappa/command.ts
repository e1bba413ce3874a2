import type { AccessPlan } from '../access/plan-access'
import { callerSlots, relationshipSql, type RelationshipName } from '../access/relationships'
import { limitedAccessSql } from '../access/limited-access'
import { Binds } from '../domain/binds'
import type { Caller } from '../domain/caller'
import { canonicalJson } from '../domain/canonical-json'
import { sha256 } from '../domain/digest'
import { Refusal } from '../domain/refusal'
import type { EntryDraft } from '../journal/entry'
import { askedSql } from '../query/asked'
import type { Given } from '../query/roots'
import type { Transaction } from '../updates/store'

export type { Transaction } from '../updates/store'

export interface CommandDeps {
  transact<T>(work: (tx: Transaction, append: (draft: EntryDraft) => Promise<void>) => Promise<T>): Promise<T>
  now(): Date
  /** Bits of the fields that rows of a table hold, for the journal. */
  fieldsOf(table: string): readonly number[]
}

/** Who commands, why, and what they sent. */
export interface Command {
  readonly name: string
  readonly caller: Caller
  readonly plan: AccessPlan
  readonly justification: string | undefined
  readonly requestId: string
  readonly args: Readonly<Record<string, unknown>>
  /** The client's own name for the command: a repeat answers with the first outcome. */
  readonly repeatId?: string
}

/** What a command did: its payload, and whose record it altered in which tables. */
export interface Done {
  readonly given: Given | null
  readonly offenders: readonly string[]
  readonly tables: readonly string[]
  /** Something was done although no row of the record changed. */
  readonly noted?: boolean
  /** What was altered beside the record, which no revision tells of: named in the entry. */
  readonly beside?: Readonly<Record<string, unknown>>
}

/** Runs a command at one revision, journalled in its own transaction; what named itself is done once. */
export async function run(
  command: Command,
  deps: CommandDeps,
  work: (tx: Transaction, now: Date) => Promise<Done>,
): Promise<Given | null> {
  return deps.transact(async (tx, append) => {
    const [begun] = await tx.query('select record.begin_revision() as revision, record.act_as($1, $2, $3)', [
      command.caller.client,
      command.caller.agency ?? null,
      command.caller.person?.subject ?? null,
    ])
    const repeat = await firstOutcome(tx, command)
    if (repeat !== undefined) return repeat
    const now = deps.now()
    const done = await work(tx, now)
    const [ended] = await tx.query('select record.end_revision() as revision')
    const revision = Number(ended?.['revision'])
    const given = done.given && { ...done.given, values: { ...done.given.values, revision } }
    await keepOutcome(tx, command, given, revision)
    const changed = done.noted === true || Number(begun?.['revision']) === revision
    await append(alterationEntry(command, done, revision, changed, deps))
    return given
  })
}

/** The same person in another role or agency is another actor: their rights differ. */
function actorOf({ caller }: Command): string {
  return [caller.issuer, caller.person?.subject ?? '', caller.role, caller.agency ?? ''].join('|')
}

async function firstOutcome(tx: Transaction, command: Command): Promise<Given | null | undefined> {
  if (command.repeatId === undefined) return undefined
  const [row] = await tx.query(
    'select c.name, c.input, c.outcome from record.command c where c.client = $1 and c.actor = $2 and c.request_id = $3',
    [command.caller.client, actorOf(command), command.repeatId],
  )
  if (!row) return undefined
  if (row['name'] === command.name && row['input'] === inputDigest(command))
    return row['outcome'] as Given | null
  throw new Refusal('CONFLICT', 'This requestId was used before for something else.', 'input.requestId')
}

async function keepOutcome(
  tx: Transaction,
  command: Command,
  given: Given | null,
  revision: number,
): Promise<void> {
  if (command.repeatId === undefined || given === null) return
  await tx.query(
    `insert into record.command (client, actor, request_id, name, input, outcome, revision) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      command.caller.client,
      actorOf(command),
      command.repeatId,
      command.name,
      inputDigest(command),
      JSON.stringify(given),
      revision,
    ],
  )
}

function inputDigest({ args }: Command): string {
  return sha256(canonicalJson(args))
}

function alterationEntry(
  command: Command,
  done: Done,
  revision: number,
  changed: boolean,
  deps: CommandDeps,
): EntryDraft {
  const fields = [...new Set(done.tables.flatMap((table) => deps.fieldsOf(table)))]
  return {
    kind: 'ALTERATION',
    outcome: changed || done.beside ? 'DONE' : 'NOTHING_SHOWN',
    at: deps.now(),
    viewer: command.caller,
    purpose: command.plan.purpose,
    justification: command.justification,
    operation: command.name,
    basis: command.plan.rows,
    requestId: command.requestId,
    parameters: { input: inputDigest(command), ...done.beside },
    revision,
    subjects: done.offenders.map((offender) => ({
      offender,
      fields: changed ? fields : [],
      withheld: [],
      owners: [],
    })),
  }
}

/** One offender whom the caller may act on; `unseen` are those that were named and may not be known of. */
export interface FoundCase {
  readonly id: string | undefined
  readonly unseen: readonly string[]
}

export async function findCase(
  tx: Transaction,
  command: Command,
  reference: unknown,
  relationship: RelationshipName,
  now: Date,
): Promise<FoundCase> {
  const binds = new Binds()
  const slots = callerSlots(command.caller, now, binds)
  const asked = askedSql(reference as Record<string, string>, binds, now)
  const { text, values } = binds.finish(
    `select a.id, ${relationshipSql(relationship, 'a.id', slots)} and not ${limitedAccessSql('a.id', slots).barred} as visible
     from (${asked}) a`,
  )
  const rows = await tx.query(text, values)
  const visible = rows.filter((row) => row['visible'] === true).map((row) => String(row['id']))
  if (visible.length > 1) {
    throw new Refusal(
      'AMBIGUOUS_IDENTIFIER',
      'This identifier is on more than one person’s record; name the person by another, or by id.',
    )
  }
  return {
    id: visible[0],
    unseen: rows.filter((row) => row['visible'] !== true).map((row) => String(row['id'])),
  }
}

/** A refusal of one field of the input. */
export function badInput(field: string, message: string, offenders: readonly string[] = []): Refusal {
  return new Refusal('BAD_USER_INPUT', message, field, undefined, offenders)
}
