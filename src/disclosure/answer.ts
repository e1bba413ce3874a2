import type { AccessPlan } from '../access/plan-access'
import type { SelectedField } from '../catalogue/select'
import { Refusal } from '../domain/refusal'
import { entryId, type Receipt } from '../journal/appender'
import type { EntryDraft } from '../journal/entry'
import type { Given } from '../query/roots'
import { disclosureEntry, grantsUsed, refusalEntry } from './entries'
import type { Question } from './question'
import { admit, read, type Admitted, type AllGiven, type Reads } from './reading'
import { checkSightings, type Disclosed } from './sightings'
import { refuseWithheld, withheldMarks } from './withheld-marks'

/** What a root field that is not read from the record is answered by: commands, the journal, the policy. */
export type Giver = (root: SelectedField, plan: AccessPlan, question: Question) => Promise<Given | null>

export interface Deps extends Reads {
  append(draft: EntryDraft): Promise<Receipt>
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
  readonly extensions: { readonly code: string; readonly field?: string } & Readonly<Record<string, unknown>>
}

/** The one door out: nothing is given before its entry is committed. */
export async function answer(question: Question, deps: Deps): Promise<Answer> {
  const admitted = await orRefuse(question, deps, [], () => admit(question, deps))
  const { given, errors } = 'form' in admitted ? NOTHING : await give(question, deps, admitted)
  const reading = await orRefuse(question, deps, [], () => read(question, deps, admitted, given))
  const { prepared, disclosed } = reading
  const { selection, plan } = prepared
  await orRefuse(question, deps, disclosed.sightings, () => {
    checkSightings(selection, plan, disclosed, deps.cursors)
    if (question.context.strict) refuseWithheld(selection, plan, disclosed)
  })
  const receipt = await deps.append(disclosureEntry(question, reading, given, deps.now()))
  const withheld = withheldMarks(prepared, disclosed)
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

interface Gifts {
  readonly given: AllGiven
  readonly errors: readonly AnswerError[]
}

const NOTHING: Gifts = { given: new Map(), errors: [] }

/** Runs commands one after the other, as GraphQL has it; one that is refused leaves its neighbours alone. */
async function give(question: Question, deps: Deps, { selection, plan }: Admitted): Promise<Gifts> {
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
  const { code, message, field, figures } = refusal
  return { message, path, extensions: { code, ...(field !== undefined && { field }), ...figures } }
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
