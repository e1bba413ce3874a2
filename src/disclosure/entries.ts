import { isNotCaseData, type AccessPlan } from '../access/plan-access'
import type { Catalogue } from '../catalogue/catalogue'
import type { SelectedField, Selection } from '../catalogue/select'
import { filled, type Particulars } from '../domain/blank'
import type { RequestContext } from '../domain/caller'
import { sha256 } from '../domain/digest'
import type { Refusal } from '../domain/refusal'
import type { EntryDraft, EntryKind, Subject } from '../journal/entry'
import type { Given } from '../query/roots'
import type { Question } from './question'
import type { Reading } from './reading'
import { bitsOfPaths, bitsOfRow, union, type RowBits, type SelectedBits } from './selected-bits'
import type { Disclosed, Sighting } from './sightings'

/** What the journal keeps of an answer: who, why, whom, which fields; never a value. */
export function disclosureEntry(
  question: Question,
  { prepared: { selection, plan, form, bits }, statement, particulars, disclosed }: Reading,
  given: ReadonlyMap<string, Given | null>,
  at: Date,
): EntryDraft {
  const subjects = new Map<string, Subject>()
  const fields: (readonly number[])[] = []
  selection.roots.forEach((root, i) => {
    const selected = bits[i] ?? { shown: [], withheld: [], all: [] }
    const sighting = disclosed.sightings[i] ?? { shown: [], unseen: [] }
    const paths = sighting.shown.flatMap((shown) => shown.paths)
    fields.push(selected.all, ...(paths.length === 0 ? [] : [bitsOfPaths(question.catalogue, paths)]))
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
    ...common(question.context, question.operation.name?.value, at),
    purpose: plan.purpose,
    basis: brokenGlass.length > 0 ? 'brokenGlass' : plan.rows,
    parameters: { ...parametersOf(selection), ...(brokenGlass.length > 0 && { brokenGlass }) },
    terms: termsOf(selection, particulars),
    plan: { ...statement, hash: form.hash },
    revision: disclosed.revision,
    digest: sha256(disclosed.text),
    fields: union(...fields),
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
    ...common(question.context, question.operation.name?.value, at),
    purpose: question.context.purpose,
    subjects: [...new Set(ids)].map((offender) => ({ offender, fields: [], withheld: [], owners: [] })),
  }
}

/** The refusal of a document that was not admitted: of it nothing is kept but the name that it was asked by. */
export function unadmittedEntry(
  context: RequestContext,
  operation: string | undefined,
  { code }: Refusal,
  at: Date,
): EntryDraft {
  const { purpose } = context
  return { kind: 'REFUSAL', outcome: code, ...common(context, operation, at), purpose, subjects: [] }
}

function common(
  { caller, justification, requestId }: RequestContext,
  operation: string | undefined,
  at: Date,
) {
  return { at, viewer: caller, justification, operation, requestId }
}

function kindOf(selection: Selection): EntryKind {
  const names = selection.roots.map((root) => root.name)
  if (names.includes('disclosures')) return 'AUDIT_READ'
  if (names.includes('offenders')) return 'SEARCH'
  return selection.roots.every(isNotCaseData) ? 'ACCESS' : 'DISCLOSURE'
}

function subjectsOf(
  catalogue: Catalogue,
  selected: SelectedBits,
  sighting: Sighting,
  spokenOf: readonly string[],
): Subject[] {
  return [
    ...sighting.shown.flatMap(({ id, conditions, owners, others, paths }): Subject[] => {
      const row = bitsOfRow(selected, conditions)
      const { fields, withheld } = paths.length === 0 ? row : withPaths(row, bitsOfPaths(catalogue, paths))
      return [id, ...others].map((offender) => ({ offender, fields, withheld, owners }))
    }),
    // From whom all is withheld, that which the role never reads is as well.
    ...sighting.unseen.map(({ id }) => ({
      offender: id,
      fields: [],
      withheld: [...selected.all, ...selected.withheld],
      owners: [],
    })),
    ...spokenOf.map((offender) => ({ offender, fields: selected.all, withheld: [], owners: [] })),
  ]
}

/** What was shown of somebody anywhere in the answer is not withheld. */
function merge(subjects: Map<string, Subject>, subject: Subject): void {
  const known = subjects.get(subject.offender)
  if (!known) {
    subjects.set(subject.offender, subject)
    return
  }
  const fields = union(known.fields, subject.fields)
  subjects.set(subject.offender, {
    offender: subject.offender,
    fields,
    withheld: union(known.withheld, subject.withheld).filter((bit) => !fields.includes(bit)),
    owners: [...new Set([...known.owners, ...subject.owners])],
  })
}

function withPaths(row: RowBits, paths: readonly number[]): RowBits {
  const fields = union(row.fields, paths)
  return { fields, withheld: row.withheld.filter((bit) => !fields.includes(bit)) }
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

function termsOf(selection: Selection, particulars: Particulars): Record<string, string> {
  const terms: Record<string, string> = {}
  for (const root of selection.roots) {
    for (const name of ['by', 'where'] as const) {
      for (const [key, value] of Object.entries(filled(root.args[name], particulars) ?? {})) {
        terms[`${root.key}.${name}.${key}`] = typeof value === 'string' ? value : JSON.stringify(value)
      }
    }
  }
  return terms
}
