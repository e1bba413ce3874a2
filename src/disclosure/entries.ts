import { isNotCaseData, type AccessPlan } from '../access/plan-access'
import { withheldBelow } from '../access/withheld'
import type { Catalogue } from '../catalogue/catalogue'
import type { SelectedField, Selection } from '../catalogue/select'
import type { Refusal } from '../domain/refusal'
import { sha256 } from '../domain/digest'
import type { EntryDraft, EntryKind, Subject } from '../journal/entry'
import type { Statement } from '../query/compile'
import { changePaths, readablePaths } from '../query/change-paths'
import type { Given } from '../query/roots'
import type { Question } from './question'
import type { Disclosed, Sighting } from './sightings'

/** What the journal keeps of an answer: who, why, whom, which fields; never a value. */
export function disclosureEntry(
  question: Question,
  selection: Selection,
  plan: AccessPlan,
  given: ReadonlyMap<string, Given | null>,
  statement: Statement,
  disclosed: Disclosed,
  at: Date,
): EntryDraft {
  const subjects = new Map<string, Subject>()
  const fields = new Set<number>()
  selection.roots.forEach((root, i) => {
    const selected = selectedBits(question.catalogue, plan, root)
    const sighting = disclosed.sightings[i] ?? { shown: [], unseen: [] }
    for (const { bit } of selected.shown) fields.add(bit)
    for (const bit of sighting.shown.flatMap(({ paths }) => bitsOfPaths(question.catalogue, paths)))
      fields.add(bit)
    const spokenOf = given.get(root.key)?.subjects ?? []
    for (const subject of subjectsOf(question.catalogue, selected, sighting, spokenOf))
      merge(subjects, subject)
  })
  // That somebody is on record is told where all else of them is withheld, too.
  const shown =
    disclosed.sightings.some((sighting) => sighting.shown.length > 0) ||
    [...subjects.values()].some((subject) => subject.fields.length > 0) ||
    [...given.values()].some((each) => each?.discloses === true)
  const brokenGlass = grantsUsed(plan, disclosed)
  return {
    kind: kindOf(selection),
    outcome: shown || selection.roots.every(isNotCaseData) ? 'DISCLOSED' : 'NOTHING_SHOWN',
    ...common(question, at),
    purpose: plan.purpose,
    basis: brokenGlass.length > 0 ? 'brokenGlass' : plan.rows,
    parameters: { ...parametersOf(selection), ...(brokenGlass.length > 0 && { brokenGlass }) },
    terms: termsOf(selection),
    plan: statement,
    revision: disclosed.revision,
    digest: sha256(disclosed.text),
    fields: [...fields],
    subjects: [...subjects.values()],
  }
}

/** The break-glass grants under which somebody was shown: every view under one is marked. */
export function grantsUsed(plan: AccessPlan, { sightings }: Disclosed): string[] {
  if (plan.glass.length === 0) return []
  // Under broken glass the first condition of the plan is that it was.
  const opened = sightings.flatMap(({ shown }) => shown.filter(({ conditions }) => conditions[0] === true))
  const ids = new Set(opened.flatMap(({ id, others }) => [id, ...others]))
  return plan.glass.filter(({ offender }) => ids.has(offender)).map(({ grant }) => grant)
}

export function refusalEntry(
  question: Question,
  refusal: Refusal,
  sightings: readonly Sighting[],
  at: Date,
): EntryDraft {
  const seen = sightings.flatMap(({ shown, unseen }) => [...shown, ...unseen].map(({ id }) => id))
  const ids = [...seen, ...refusal.offenders]
  return {
    kind: 'REFUSAL',
    outcome: refusal.code,
    ...common(question, at),
    purpose: question.context.purpose,
    subjects: [...new Set(ids)].map((offender) => ({ offender, fields: [], withheld: [], owners: [] })),
  }
}

function common({ operation, context }: Question, at: Date) {
  return {
    at,
    viewer: context.caller,
    justification: context.justification,
    operation: operation.name?.value,
    requestId: context.requestId,
  }
}

function kindOf(selection: Selection): EntryKind {
  const names = selection.roots.map((root) => root.name)
  if (names.includes('disclosures')) return 'AUDIT_READ'
  if (names.includes('offenders')) return 'SEARCH'
  return selection.roots.every(isNotCaseData) ? 'ACCESS' : 'DISCLOSURE'
}

interface SelectedBits {
  /** Shown where all the conditions are true of the row. */
  readonly shown: readonly { readonly bit: number; readonly conditions: readonly number[] }[]
  readonly withheld: readonly number[]
}

function selectedBits(catalogue: Catalogue, plan: AccessPlan, root: SelectedField): SelectedBits {
  const shown: { bit: number; conditions: number[] }[] = []
  const walk = (selected: SelectedField, above: number[]) => {
    const decision = plan.decide(selected)
    if (decision.show === 'no' || !selected.field) return
    const conditions = decision.show === 'if' ? [...above, decision.condition] : above
    shown.push({ bit: catalogue.dictionary.bit(selected.field.coordinate), conditions })
    // Which of them the pages hold is not told apart: what may be in them counts as shown.
    const changes = selected.field.worked === 'changes' ? readablePaths(catalogue, plan) : []
    for (const bit of bitsOfPaths(catalogue, changes)) shown.push({ bit, conditions })
    for (const child of selected.children) walk(child, conditions)
  }
  const whole = plan.decide(root)
  const above = whole.show === 'if' ? [whole.condition] : []
  if (whole.show !== 'no') for (const child of root.children) walk(child, above)
  const withheld = withheldBelow(plan, root.children, { marked: false }).filter(
    (mark) => mark.condition === undefined,
  )
  return { shown, withheld: withheld.map((mark) => catalogue.dictionary.bit(mark.coordinate)) }
}

/** The fields that names of changes stand for. */
function bitsOfPaths(catalogue: Catalogue, paths: readonly string[]): number[] {
  const ways = changePaths(catalogue)
  const fields = paths.flatMap((path) => {
    const way = ways.get(path)
    if (!way) throw new Error(`nothing of the record is called ${path}`)
    return way
  })
  return [...new Set(fields.map(({ coordinate }) => catalogue.dictionary.bit(coordinate)))]
}

function subjectsOf(
  catalogue: Catalogue,
  selected: SelectedBits,
  sighting: Sighting,
  spokenOf: readonly string[],
): Subject[] {
  const all = selected.shown.map(({ bit }) => bit)
  return [
    ...sighting.shown.flatMap(({ id, conditions, owners, others, paths }): Subject[] => {
      const holds = (needed: readonly number[]) => needed.every((condition) => conditions[condition] === true)
      const read = selected.shown.filter((field) => holds(field.conditions)).map(({ bit }) => bit)
      const missed = selected.shown.filter((field) => !holds(field.conditions)).map(({ bit }) => bit)
      const fields = [...read, ...bitsOfPaths(catalogue, paths)]
      const withheld = [...selected.withheld, ...missed]
      return [id, ...others].map((offender) => ({ offender, fields, withheld, owners }))
    }),
    // From whom all is withheld, that which the role never reads is as well.
    ...sighting.unseen.map(({ id }) => ({
      offender: id,
      fields: [],
      withheld: [...all, ...selected.withheld],
      owners: [],
    })),
    ...spokenOf.map((offender) => ({ offender, fields: all, withheld: [], owners: [] })),
  ]
}

function merge(subjects: Map<string, Subject>, subject: Subject): void {
  const known = subjects.get(subject.offender)
  const union = (a: readonly number[], b: readonly number[]) => [...new Set([...a, ...b])]
  const fields = union(known?.fields ?? [], subject.fields)
  subjects.set(subject.offender, {
    offender: subject.offender,
    fields,
    withheld: union(known?.withheld ?? [], subject.withheld).filter((bit) => !fields.includes(bit)),
    owners: [...new Set([...(known?.owners ?? []), ...subject.owners])],
  })
}

/** Paging and earlier states as they are; whatever was searched for only as a keyed hash. */
function parametersOf(selection: Selection): Record<string, unknown> {
  const kept = [
    'first',
    'asOf',
    'meeting',
    'freeze',
    'referral',
    'decision',
    'item',
    'items',
    'snapshot',
    'area',
  ]
  // A place in the feed says nothing of anybody, as a place in a list of names would.
  const isKept = (root: SelectedField, name: string) =>
    kept.includes(name) || (root.name === 'changes' && name === 'after')
  return Object.fromEntries(
    selection.roots.map((root) => [
      root.key,
      Object.fromEntries(Object.entries(root.args).filter(([name]) => isKept(root, name))),
    ]),
  )
}

function termsOf(selection: Selection): Record<string, string> {
  const terms: Record<string, string> = {}
  for (const root of selection.roots) {
    for (const name of ['by', 'where'] as const) {
      for (const [key, value] of Object.entries(root.args[name] ?? {})) {
        terms[`${root.key}.${name}.${key}`] = typeof value === 'string' ? value : JSON.stringify(value)
      }
    }
  }
  return terms
}
