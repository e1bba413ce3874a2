import type { AccessPlan } from '../access/plan-access'
import type { Caller } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import type { EntryDraft } from '../journal/entry'
import type { Given } from '../query/roots'
import type { Transaction } from '../updates/store'
import { firstOutcome, inputDigest, keepOutcome } from './outcomes'

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

/** A refusal of one field of the input. */
export function badInput(field: string, message: string, offenders: readonly string[] = []): Refusal {
  return new Refusal('BAD_USER_INPUT', message, field, undefined, offenders)
}
