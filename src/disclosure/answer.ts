import { isLookUp, planAccess, type AccessPlan, type OpenGlass } from '../access/plan-access'
import { select, type SelectedField, type Selection } from '../catalogue/select'
import type { Caller, RoleName } from '../domain/caller'
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
  /** The break-glass grants of a caller that are open now. */
  openGlass(caller: Caller): Promise<readonly OpenGlass[]>
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
  const { catalogue, document, operation, variables, context } = question
  const selection = select(catalogue, document, operation, variables)
  const glass = isLookUp(selection) ? await deps.openGlass(context.caller) : []
  const plan = await orRefuse(question, deps, [], () => admit(question, selection, glass))
  const { given, errors } = await give(question, deps, selection, plan)
  const now = deps.now()
  const statement = await orRefuse(question, deps, [], () =>
    compile({ catalogue, selection, plan, caller: context.caller, now, cursors: deps.cursors, given }),
  )
  const disclosed = await orRefuse(question, deps, [], () => deps.read(statement, context.caller.role))
  await orRefuse(question, deps, disclosed.sightings, () =>
    checkSightings(selection, plan, disclosed, deps.cursors),
  )
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

function admit(question: Question, selection: Selection, glass: readonly OpenGlass[]): AccessPlan {
  const plan = planAccess(question.catalogue, question.context, selection, glass)
  if (question.context.strict) refuseWithheld(selection, plan)
  return plan
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
