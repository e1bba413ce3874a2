import { openGlassSql } from '../access/open-glass'
import { isLookUp, type AccessPlan } from '../access/plan-access'
import { claimSlots, type CallerSlots } from '../access/relationships'
import type { Catalogue } from '../catalogue/catalogue'
import type { SelectedField, Selection } from '../catalogue/select'
import { Binds, literal, type Form } from '../domain/binds'
import type { Caller } from '../domain/caller'
import { compileGiven, compileOffender, compileOffenders, type CompiledRoot, type Given } from './roots'
import { compileChanges } from './compile-changes'
import { compileMeetingSummary, compileParoleSummary } from './packs'
import { jsonObject } from './compile-object'
import { compileRows, compilesRows } from './compile-rows'
import type { Cursors } from './cursor'
import type { Scope } from './scope'

export interface CompileInput {
  readonly catalogue: Catalogue
  readonly selection: Selection
  readonly plan: AccessPlan
  /** Whoever it is, and whenever: only which claims there are counts. */
  readonly caller: Caller
  readonly cursors: Cursors
  /** By response key: what commands and the gateway itself give. */
  readonly given: ReadonlyMap<string, Given | null>
}

/** One statement that returns the finished JSON, the revision it saw, and who is seen in it. */
export function compile(input: CompileInput): Form {
  const binds = new Binds()
  const caller = claimSlots(input.caller, binds)
  let aliases = 0
  const roots = input.selection.roots.map((root, index): [SelectedField, CompiledRoot] => {
    const nextAlias = () => `t${++aliases}`
    const scope: Scope = {
      catalogue: input.catalogue,
      plan: input.plan,
      binds,
      caller,
      cursors: input.cursors,
      name: `r${index}`,
      nextAlias,
    }
    return [root, compileRoot(input, scope, root)]
  })
  const glass = glassOf(input, caller)
  const tables = roots.flatMap(([, compiled]) => compiled.tables)
  const members = roots.map(([root, compiled]) => `${literal(root.key)} value ${compiled.value}`)
  const text = `${tables.length > 0 ? `with ${tables.join(',\n')}\n` : ''}select ${jsonObject(members)}::text as data,
  ${revisionSeen(roots.map(([, compiled]) => compiled))} as revision,
  json_build_array(${roots.map(([, compiled]) => compiled.sightings).join(',\n  ')}) as sightings${glass}`
  return binds.form(text)
}

/** Of a plan that knew of no broken glass: whether there is some, for single offenders. */
function glassOf({ plan, selection }: CompileInput, caller: CallerSlots): string {
  const opened = isLookUp(selection) && plan.glass.length === 0 ? openGlassSql(plan.role, caller) : undefined
  return opened === undefined ? '' : `,\n  ${opened} as glass`
}

/** The state that the answer is of: an earlier one where that is what was asked for. */
function revisionSeen(roots: readonly CompiledRoot[]): string {
  const newest = '(select c.value from record.revision_counter c)'
  const earlier = roots.flatMap(({ revision }) => (revision === undefined ? [] : [revision]))
  return earlier.length === 0 ? newest : `least(${newest}, greatest(${earlier.join(', ')}))`
}

const NOTHING: CompiledRoot = {
  tables: [],
  value: 'null::text',
  sightings: `json_build_array('[]'::json, '[]'::json)`,
}

function compileRoot(input: CompileInput, scope: Scope, root: SelectedField): CompiledRoot {
  if (!root.field) return { ...NOTHING, value: rawValue(input, scope, root) }
  if (input.plan.decide(root).show === 'no') return NOTHING
  if (root.name === 'offender') return compileOffender(scope, root)
  if (root.name === 'offenders') return compileOffenders(scope, root)
  if (root.name === 'changes') return compileChanges(scope, root)
  if (compilesRows(root)) return compileRows(scope, root)
  const given = input.given.get(root.key)
  if (root.name === 'mappaMeetingSummary') return compileMeetingSummary(scope, root, given)
  if (root.name === 'paroleSummary')
    return scope.plan.purpose === 'PAROLE' ? compileParoleSummary(scope, root) : NOTHING
  return given ? compileGiven(scope, root, given) : NOTHING
}

/** `__typename`, and introspection asked for beside other fields. */
function rawValue(input: CompileInput, scope: Scope, root: SelectedField): string {
  if (root.name === '__typename') return `${literal(root.parent.name)}::text`
  return scope.binds.bind(JSON.stringify(input.given.get(root.key)?.values ?? null), 'json')
}
