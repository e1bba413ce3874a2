import { LRUCache } from 'lru-cache'
import type { OperationDefinitionNode } from 'graphql'
import { claimsOf } from '../access/caller-slots'
import type { AccessPlan } from '../access/plan-access'
import { withheldBelow, type Withheld } from '../access/withheld'
import { blanked, blankVariables, outline } from '../catalogue/blanks'
import type { Catalogue } from '../catalogue/catalogue'
import { select, type Selection } from '../catalogue/select'
import type { Form } from '../domain/binds'
import type { Question } from './question'
import { selectedBits, type SelectedBits } from './selected-bits'

/** What a question comes to for whoever asks alike. */
export interface Prepared {
  readonly selection: Selection
  readonly plan: AccessPlan
  /** How it is read. */
  readonly form: Form
  /** By root field: what the journal keeps, and what is marked as withheld. */
  readonly bits: readonly SelectedBits[]
  readonly withheld: readonly (readonly Withheld[])[]
}

export function prepared(catalogue: Catalogue, selection: Selection, plan: AccessPlan, form: Form): Prepared {
  return {
    selection,
    plan,
    form,
    bits: selection.roots.map((root) => selectedBits(catalogue, plan, root)),
    withheld: selection.roots.map((root) => withheldBelow(plan, root.children)),
  }
}

/** Of all statements together; what is kept with one takes some five times its text. */
const CHARACTERS_MAX = 4_000_000

/**
 * What questions came to, by all that decides it: the operation, the variables but for who is asked for, and of the
 * caller whatever the policy and the statement look at. The longest unused is forgotten.
 */
export class KnownForms {
  private readonly known = new LRUCache<string, Prepared>({
    maxSize: CHARACTERS_MAX,
    sizeCalculation: ({ form }) => form.text.length,
  })
  private readonly operations = new WeakMap<OperationDefinitionNode, Operation>()
  private met = 0

  find(question: Question): Prepared | undefined {
    return this.known.get(this.keyOf(question))
  }

  learn(question: Question, prepared: Prepared): void {
    this.known.set(this.keyOf(question), prepared)
  }

  /** The selection, with blanks for who is asked for. */
  select(question: Question): Selection {
    const { catalogue, document, operation, variables } = question
    return select(catalogue, document, operation, blanked(variables, this.operationOf(question).blanks))
  }

  private keyOf(question: Question): string {
    const { number, blanks } = this.operationOf(question)
    const { caller, purpose, justification } = question.context
    const who = [purpose, justification !== undefined, claimsOf(caller), caller.ceiling]
    return `${number} ${JSON.stringify(who)} ${outline(question.variables, blanks)}`
  }

  private operationOf({ document, operation }: Question): Operation {
    const known = this.operations.get(operation)
    if (known) return known
    const operationMet = { number: ++this.met, blanks: blankVariables(document, operation) }
    this.operations.set(operation, operationMet)
    return operationMet
  }
}

interface Operation {
  readonly number: number
  readonly blanks: ReadonlySet<string>
}
