import { isLookUp, planAccess, type AccessPlan } from '../access/plan-access'
import type { SelectedField } from '../catalogue/select'
import type { Statement } from '../domain/binds'
import type { Particulars } from '../domain/blank'
import type { RoleName } from '../domain/caller'
import { compile } from '../query/compile'
import type { Cursors } from '../query/cursor'
import type { Given } from '../query/roots'
import { prepared, type KnownForms, type Prepared } from './forms'
import type { Question } from './question'
import type { Disclosed } from './sightings'
import { refuseWithheld } from './withheld-marks'

/** What reading an answer needs of the world. */
export interface Reads {
  /** Reads under the rights that the role has in the database. */
  read(statement: Statement, role: RoleName): Promise<Disclosed>
  now(): Date
  readonly cursors: Cursors
  readonly forms: KnownForms
  /** What a root field is answered by that is not read from the record. */
  giver(root: SelectedField): unknown
}

/** What the caller asks for and gets; all of it, where somebody asked alike before. */
export type Admitted = Prepared | Pick<Prepared, 'selection' | 'plan'>

/** Refuses what may not be asked. */
export function admit(question: Question, { forms }: Reads): Admitted {
  const { catalogue, context } = question
  const known = forms.find(question)
  const selection = known?.selection ?? forms.select(question)
  const plan = known?.plan ?? planAccess(catalogue, context, selection)
  // What an emergency opened shows with the rows; it opens no command.
  if (context.strict && !isLookUp(selection)) refuseWithheld(selection, plan)
  return known ?? { selection, plan }
}

/** One question read: how, with what in its blanks, and what came of it. */
export interface Reading {
  readonly prepared: Prepared
  readonly particulars: Particulars
  readonly statement: Statement
  readonly disclosed: Disclosed
}

/** By response key: what commands and the gateway itself give. */
export type AllGiven = ReadonlyMap<string, Given | null>

/** Reads what the plan shows; a caller for whom glass is broken has it read again, as that has it. */
export async function read(
  question: Question,
  deps: Reads,
  admitted: Admitted,
  given: AllGiven,
): Promise<Reading> {
  const { catalogue, context, variables } = question
  const { selection } = admitted
  const { caller } = context
  const particulars = { caller, now: deps.now(), variables }
  const prepare = (plan: AccessPlan) =>
    prepared(
      catalogue,
      selection,
      plan,
      compile({ catalogue, selection, plan, caller, cursors: deps.cursors, given }),
    )
  const under = async (prepared: Prepared): Promise<Reading> => {
    const statement = prepared.form.fill(particulars)
    return { prepared, particulars, statement, disclosed: await deps.read(statement, caller.role) }
  }
  const isKnown = 'form' in admitted
  const first = isKnown ? admitted : prepare(admitted.plan)
  const own = await under(first)
  if (!isKnown && !selection.roots.some((root) => deps.giver(root))) deps.forms.learn(question, first)
  const { glass } = own.disclosed
  return glass.length === 0 ? own : under(prepare(planAccess(catalogue, context, selection, glass)))
}
