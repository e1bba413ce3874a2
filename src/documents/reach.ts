import { visit, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { purposesOf } from '../access/ever'
import type { OpenGlass } from '../access/open-glass'
import { isLookUp, planAccess, type AccessPlan } from '../access/plan-access'
import { roleOf } from '../access/role-of'
import type { Catalogue } from '../catalogue/catalogue'
import { select, type SelectedField, type Selection } from '../catalogue/select'
import { isMachineRole, type Caller, type RoleName } from '../domain/caller'
import type { FieldGroup } from '../domain/field-group'
import type { Purpose } from '../domain/purpose'
import { Refusal, type Code } from '../domain/refusal'
import { compile } from '../query/compile'
import { noCursors } from '../query/cursor'
import { sampleVariables } from './samples'

/**
 * `always`: of every case that the role sees, whatever it acts for; `sometimes`: of some cases or for some
 * purposes; `emergency`: of one case, while broken glass opens it.
 */
export type Shown = 'always' | 'sometimes' | 'emergency'

/** What an operation can ever show to a role. */
export interface Reach {
  readonly role: RoleName
  /** By coordinate, of the fields that belong to a group; the others follow their object. */
  readonly shown: ReadonlyMap<string, Shown>
  /** Why the role is refused under every purpose; absent where it may ask. */
  readonly refused?: Refusal
}

/** Whose documents they are, as far as it bears on what they show. */
export interface Reader {
  readonly roles: readonly RoleName[]
  readonly ceiling?: readonly FieldGroup[]
}

/**
 * Plans and compiles an operation for every role of the reader and every purpose, whatever its conditions
 * leave out. Throws what is no refusal: the operation cannot be served.
 */
export function reachOf(
  catalogue: Catalogue,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { roles, ceiling }: Reader,
): Reach[] {
  const whole = withoutConditions(document)
  const definition = whole.definitions[document.definitions.indexOf(operation)] as OperationDefinitionNode
  const variables = sampleVariables(catalogue.schema, definition)
  const selection = select(catalogue, whole, definition, variables)
  return roles.map((role) => reachAs(catalogue, selection, callerAs(role, ceiling)))
}

function withoutConditions(document: DocumentNode): DocumentNode {
  const conditions = ['include', 'skip']
  return visit(document, { Directive: ({ name }) => (conditions.includes(name.value) ? null : undefined) })
}

function reachAs(catalogue: Catalogue, selection: Selection, caller: Caller): Reach {
  const role = roleOf(caller)
  const usual: View[] = []
  const opened: View[] = []
  let refused: Refusal | undefined
  for (const purpose of new Set([...purposesOf(role), ...(role.journal ?? [])])) {
    try {
      usual.push(viewOf(catalogue, selection, caller, purpose, []))
      if (role.breakGlass && caller.person && isLookUp(selection))
        opened.push(viewOf(catalogue, selection, caller, purpose, [GLASS]))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused ??= error
    }
  }
  const shown = together(usual, opened)
  return { role: caller.role, shown, ...(usual.length === 0 && refused && { refused }) }
}

/** What is shown by one plan: of every case, or of some. */
type View = ReadonlyMap<string, Extent>
type Extent = Exclude<Shown, 'emergency'>

const GLASS: OpenGlass = {
  grant: '00000000-0000-7000-8000-000000000001',
  offender: '00000000-0000-7000-8000-000000000002',
}

function viewOf(
  catalogue: Catalogue,
  selection: Selection,
  caller: Caller,
  purpose: Purpose,
  glass: readonly OpenGlass[],
): View {
  const context = { caller, purpose, justification: 'sample', strict: false, requestId: 'sample' }
  const plan = planAccess(catalogue, context, selection, glass)
  if (selection.kind !== 'subscription') tryToCompile(catalogue, selection, plan, caller)
  const shown = new Map<string, Extent>()
  for (const root of selection.roots) note(plan, root, 'always', shown)
  return shown
}

/** What sample values are refused for is no fault of the document. */
function tryToCompile(catalogue: Catalogue, selection: Selection, plan: AccessPlan, caller: Caller): void {
  const given = new Map(
    selection.roots.map((root) => [root.key, { values: {}, entities: entitiesOf(catalogue, root) }]),
  )
  try {
    compile({ catalogue, selection, plan, caller, cursors: noCursors, given })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

/** Rows that a command's payload would hold. */
function entitiesOf(
  catalogue: Catalogue,
  root: SelectedField,
): Record<string, { table: string; id: string }> {
  return Object.fromEntries(
    root.children.flatMap(({ name, field }) => {
      const table = catalogue.types.get(field?.type ?? '')?.table
      return table === undefined || field?.list === true ? [] : [[name, { table, id: GLASS.offender }]]
    }),
  )
}

/** What hangs on something that is shown of some cases is shown of no more. */
function note(plan: AccessPlan, selected: SelectedField, above: Extent, shown: Map<string, Extent>): void {
  const { show } = plan.decide(selected)
  if (show === 'no') return
  const here = show === 'if' ? 'sometimes' : above
  const { field } = selected
  if (field?.classification.kind === 'group') {
    shown.set(field.coordinate, shown.get(field.coordinate) === 'always' ? 'always' : here)
  }
  for (const child of selected.children) note(plan, child, here, shown)
}

function together(usual: readonly View[], opened: readonly View[]): Map<string, Shown> {
  const shown = new Map<string, Shown>()
  for (const coordinate of opened.flatMap((view) => [...view.keys()])) shown.set(coordinate, 'emergency')
  for (const coordinate of usual.flatMap((view) => [...view.keys()])) {
    const isAlways = usual.every((view) => view.get(coordinate) === 'always')
    shown.set(coordinate, isAlways ? 'always' : 'sometimes')
  }
  return shown
}

/** A caller whose token lacks nothing that a relationship is decided by. */
function callerAs(role: RoleName, ceiling: readonly FieldGroup[] | undefined): Caller {
  return {
    issuer: 'urn:sample',
    client: 'sample',
    role,
    ...(!isMachineRole(role) && { person: { subject: 'sample', username: 'sample', namespace: 'SAMPLE' } }),
    ...(ceiling && { ceiling }),
    agency: 'SAMPLE',
    staffCode: 'SAMPLE1',
    staffCodeNamespace: 'SAMPLE',
    mappaArea: 'SAMPLE',
  }
}

/** Refusals for which no caller can be to blame. */
const FAULTS_OF_A_DOCUMENT: readonly Code[] = ['BAD_USER_INPUT', 'TOO_COSTLY']

/** Why nobody at all could ask an operation, where that is so. */
export function faultOf(reaches: readonly Reach[]): string | undefined {
  const faults = reaches.map(({ refused }) =>
    refused && FAULTS_OF_A_DOCUMENT.includes(refused.code) ? refused.message : undefined,
  )
  return faults.every((fault) => fault !== undefined) ? faults[0] : undefined
}
