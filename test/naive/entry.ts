import type { Asked } from './asked'
import type { Asker } from './asker'
import { text } from './record'
import type { Person } from './rights'
import type { RootAnswer, World } from './root-answer'

/** What the journal must hold of a question. Fields are names, in alphabetical order. */
export interface ExpectedEntry {
  readonly kind: string
  readonly outcome: string
  readonly purpose: string | null
  readonly basis: string | null
  /** Fields of the answer that the policy shows of some case, whomever they are about. */
  readonly fields: readonly string[]
  /** By offender, in order of their ids. */
  readonly subjects: Readonly<Record<string, ExpectedSubject>>
}

export interface ExpectedSubject {
  readonly fields: readonly string[]
  readonly withheld: readonly string[]
  /** Agencies that hold records of them. */
  readonly owners: readonly string[]
}

export function refusedEntry(
  { purpose }: Asker,
  code: string,
  answers: readonly RootAnswer[],
): ExpectedEntry {
  const people = answers.flatMap(({ sights }) => sights.map(({ person }) => person.id))
  const nothing = { fields: [], withheld: [], owners: [] }
  return {
    kind: 'REFUSAL',
    outcome: code,
    purpose: purpose ?? null,
    basis: null,
    fields: [],
    subjects: Object.fromEntries(people.sort().map((id) => [id, nothing])),
  }
}

export function expectedEntry(
  world: World,
  purpose: string,
  asked: readonly Asked[],
  answers: readonly RootAnswer[],
): ExpectedEntry {
  const { rights } = world
  const subjects = new Map<string, Seen>()
  const fields = new Set<string>()
  asked.forEach((root, i) => {
    const below = fieldsOf(world, root)
    for (const { coordinate, isOfSome } of below) if (isOfSome) fields.add(coordinate)
    for (const { person, isShown } of answers[i]?.sights ?? []) {
      for (const id of isShown ? new Set([person.id, ...person.owners]) : [person.id])
        note(subjects, id, below, isShown ? person : undefined, world)
    }
  })
  const shown = answers.flatMap(({ sights }) => sights.filter(({ isShown }) => isShown))
  const isGlassUsed = shown.some(({ person }) => person.owners.some((owner) => rights.isOpened(owner)))
  return {
    kind: asked.some(({ name }) => name === 'offenders') ? 'SEARCH' : 'DISCLOSURE',
    outcome: shown.length > 0 ? 'DISCLOSED' : 'NOTHING_SHOWN',
    purpose,
    basis: isGlassUsed ? 'brokenGlass' : rights.rowRule,
    fields: [...fields].sort(),
    subjects: Object.fromEntries([...subjects].sort(byId).map(([id, seen]) => [id, subjectOf(seen)])),
  }
}

const byId = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) =>
  one < other ? -1 : 1

interface Seen {
  readonly shown: Set<string>
  readonly missed: Set<string>
  readonly owners: Set<string>
}

function subjectOf({ shown, missed, owners }: Seen): ExpectedSubject {
  return {
    fields: [...shown].sort(),
    withheld: [...missed].filter((name) => !shown.has(name)).sort(),
    owners: [...owners].sort(),
  }
}

interface AskedField {
  readonly coordinate: string
  /** The policy shows it of some case. */
  readonly isOfSome: boolean
  isShownOf(person: Person): boolean
}

/** Every field asked for below a root, down to the topmost ones that the policy shows of no case. */
function fieldsOf({ rights }: World, root: Asked): AskedField[] {
  const below = (asked: readonly Asked[], isAboveShownOf: (person: Person) => boolean): AskedField[] =>
    asked.flatMap(({ field, children }) => {
      if (!field) return []
      const { coordinate } = field
      const right = rights.of(field)
      if (right.shown === 'never') return [{ coordinate, isOfSome: false, isShownOf: () => false }]
      const isShownOf = (person: Person) =>
        isAboveShownOf(person) && (right.shown === 'always' || right.isShownOf(person))
      return [{ coordinate, isOfSome: true, isShownOf }, ...below(children, isShownOf)]
    })
  const right = root.field ? rights.of(root.field) : undefined
  if (!right || right.shown === 'never') return []
  return below(root.children, (person) => right.shown === 'always' || right.isShownOf(person))
}

function note(
  subjects: Map<string, Seen>,
  id: string,
  fields: readonly AskedField[],
  person: Person | undefined,
  { record }: World,
): void {
  const seen = subjects.get(id) ?? { shown: new Set(), missed: new Set(), owners: new Set() }
  subjects.set(id, seen)
  for (const { coordinate, isShownOf } of fields)
    (person && isShownOf(person) ? seen.shown : seen.missed).add(coordinate)
  const records = record
    .rows('source_record')
    .filter((one) => person?.owners.includes(text(one['offender_id'])) && one['agency'] !== null)
  for (const { agency } of records) seen.owners.add(text(agency))
}
