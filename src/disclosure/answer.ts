import { isLookUp, planAccess, type AccessPlan } from '../access/plan-access'
import { select, type SelectedField, type Selection } from '../catalogue/select'
import type { RoleName } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import { entryId, type Receipt } from '../journal/appender'
import type { EntryDraft } from '../journal/entry'
import { compile, type Statement } from '../query/compile'
import type { Cursors } from '../query/cursor'
import type { Given } from '../query/roots'
import { disclosureEntry, grantsUsed, refusalEntry } from './entries'
import type { Question } from './question'
import { checkSightings, type Disclosed } from './sightings'
import { refuseWithheld, withheldMarks } from './withheld-marks'

/** What a root field that is not read from the record is answered by: commands, the journal, the policy. */
export type Giver = (root: SelectedField, plan: AccessPlan, question: Question) => Promise<Given | null>

export interface Deps {
  /** Reads under the rights that the role has in the database. */
  read(statement: Statement, role: RoleName): Promise<Disclosed>
  append(draft: EntryDraft): Promise<Receipt>
  now(): Date
  readonly cursors: Cursors
  giver(root: SelectedField): Giver | undefined
}

export interface Answer {
  /** The data, as JSON text. */
  readonly text: string
  readonly errors: readonly AnswerError[]
  readonly extensions: Readonly<Record<string, unknown>>
  readonly receipt: Receipt
}

export interface AnswerError {
  readonly message: string
  readonly path: readonly string[]
  readonly extensions: { readonly code: string; readonly field?: string }
}

/** The one door out: nothing is given before its entry is committed. */
export async function answer(question: Question, deps: Deps): Promise<Answer> {
  const { catalogue, document, operation, variables } = question
  const selection = select(catalogue, document, operation, variables)
  const admitted = await orRefuse(question, deps, [], () => admit(question, selection))
  const { given, errors } = await give(question, deps, selection, admitted)
  const { plan, statement, disclosed } = await orRefuse(question, deps, [], () =>
    read(question, deps, selection, admitted, given),
  )
  await orRefuse(question, deps, disclosed.sightings, () => {
    checkSightings(selection, plan, disclosed, deps.cursors)
    if (question.context.strict) refuseWithheld(selection, plan, disclosed)
  })
  const receipt = await deps.append(
    disclosureEntry(question, selection, plan, given, statement, disclosed, deps.now()),
  )
  const withheld = withheldMarks(selection, plan, disclosed)
  const disclosure = { entry: entryId(receipt), revision: disclosed.revision }
  const brokenGlass = grantsUsed(plan, disclosed)
  return {
    text: disclosed.text,
    errors,
    receipt,
    extensions: {
      ...(withheld.length > 0 && { withheld }),
      ...(brokenGlass.length > 0 && { brokenGlass }),
      disclosure,
    },
  }
}

function admit({ catalogue, context }: Question, selection: Selection): AccessPlan {
  const plan = planAccess(catalogue, context, selection)
  // What an emergency opened shows with the rows; it opens no command.
  if (context.strict && !isLookUp(selection)) refuseWithheld(selection, plan)
  return plan
}

interface Read {
  readonly plan: AccessPlan
  readonly statement: Statement
  readonly disclosed: Disclosed
}

/** Reads what the plan shows; a caller for whom glass is broken has it read again, as that has it. */
async function read(
  { catalogue, context }: Question,
  deps: Deps,
  selection: Selection,
  plan: AccessPlan,
  given: ReadonlyMap<string, Given | null>,
): Promise<Read> {
  const under = async (plan: AccessPlan): Promise<Read> => {
    const { caller } = context
    const statement = compile({
      catalogue,
      selection,
      plan,
      caller,
      now: deps.now(),
      cursors: deps.cursors,
      given,
    })
    return { plan, statement, disclosed: await deps.read(statement, caller.role) }
  }
  const own = await under(plan)
  const { glass } = own.disclosed
  return glass.length === 0 ? own : under(planAccess(catalogue, context, selection, glass))
}

/** Runs commands one after the other, as GraphQL has it; one that is refused leaves its neighbours alone. */
async function give(question: Question, deps: Deps, selection: Selection, plan: AccessPlan) {
  const given = new Map<string, Given | null>()
  const errors: AnswerError[] = []
  for (const root of selection.roots) {
    const giver = deps.giver(root)
    if (!giver || plan.decide(root).show === 'no') continue
    try {
      given.set(root.key, await giver(root, plan, question))
    } catch (error) {
      if (!(error instanceof Refusal) || SERVICE_CODES.includes(error.code)) throw error
      await deps.append(refusalEntry(question, error, [], deps.now()))
      // A sender who is told to come again repeats the whole operation, so nothing of it may have been done.
      const isToRepeat = error.code === 'RATE_LIMITED' && given.size === 0
      if (selection.kind === 'query' || isToRepeat) throw error
      errors.push(answerError(error, [root.key]))
    }
  }
  return { given, errors }
}

/** Not an answer to this person but a state of the service. */
const SERVICE_CODES: readonly string[] = ['OVERLOADED', 'JOURNAL_UNAVAILABLE', 'INTERNAL']

export function answerError(refusal: Refusal, path: readonly string[]): AnswerError {
  const { code, message, field } = refusal
  return { message, path, extensions: { code, ...(field !== undefined && { field }) } }
}

/** A refusal is put on record before it is given, like an answer. */
async function orRefuse<T>(
  question: Question,
  deps: Deps,
  sightings: Disclosed['sightings'],
  step: () => T | Promise<T>,
): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof Refusal && !SERVICE_CODES.includes(error.code)) {
      await deps.append(refusalEntry(question, error, sightings, deps.now()))
    }
    throw error
  }
}
