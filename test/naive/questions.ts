import fc from 'fast-check'
import { getNamedType, isObjectType } from 'graphql'
import { catalogue, groupOf, LEAVES } from '../support/cells'
import type { As } from '../support/gateway'
import type { Leaf } from '../support/leaves'
import { callerFor, RANDOM_CALLER } from './random-callers'
import { selectionsOf, type Selection } from './random-selections'

/** A random question: by whom, of what. Numbers choose people, meetings and instants of the world. */
export interface RandomQuestion {
  readonly as: As
  /** The document; `$person0`, `$asOf0` and the like are its variables. */
  readonly text: string
  readonly roots: readonly RandomRoot[]
}

/** Questions that are asked at once. */
export interface RandomBatch {
  /** From now: when they are asked. */
  readonly hours: number
  readonly questions: readonly RandomQuestion[]
}

export interface RandomRoot {
  readonly name: string
  readonly person: number
  readonly by: 'id' | 'crn' | 'prisonNumber' | 'pnc'
  readonly asOf: { readonly kind: 'now' | 'revision' | 'at'; readonly number: number }
}

/** A root: its arguments, by its number, and the type that it is a selection of. */
interface RootForm {
  readonly weight: number
  /** The way to an offender. */
  readonly offender: readonly string[]
  args(i: number): fc.Arbitrary<string>
  readonly variables: (i: number) => readonly string[]
}

const by = (i: number) => `by: $by${i}`
const asOf = (i: number) => `asOf: $asOf${i}`
const FIRST = fc.constantFrom('first: 2', 'first: 3', 'first: 20')

const FILTERS = [
  'establishment: "MDI"',
  'establishment: "lei"',
  'organisation: "C05"',
  'organisation: "N02"',
  'mappaLevel: 2',
  'mappaLevelStatus: CONFIRMED',
  'mappaLevelStatus: TBC',
  'mappaCategory: 1',
  'mappaArea: "NORTH"',
  'mappaFinding: NO_CURRENT_ASSESSMENT',
  'mappaFinding: REVIEW_OVERDUE',
  'mappaFinding: NOT_ACKNOWLEDGED',
  'mappaFinding: NOT_COMMUNICATED',
  'mappaFinding: SYSTEMS_DISAGREE',
  'mappaFinding: TO_BE_CONFIRMED',
  'rosh: HIGH',
  'rosh: MEDIUM',
  'name: "fam"',
  'name: "given fam"',
  'name: "f%"',
  'allocatedTo: "N02ABC1"',
]

const STATES = ['OPEN', 'OVERDUE', 'ESCALATED', 'ACKNOWLEDGED']

const ROOTS: Readonly<Record<string, RootForm>> = {
  offender: {
    offender: [],
    weight: 6,
    args: (i) => fc.constant(`${by(i)}, ${asOf(i)}`),
    variables: (i) => [`$by${i}: OffenderRef!`, `$asOf${i}: AsOf`],
  },
  offenders: {
    offender: ['nodes'],
    weight: 3,
    args: (i) =>
      fc
        .tuple(
          FIRST,
          fc.uniqueArray(fc.constantFrom(...FILTERS), { maxLength: 2, selector: (one) => one.split(':')[0] }),
        )
        .map(([first, filters]) => {
          const where = filters.length === 0 ? '' : `, where: {${filters.join(', ')}}`
          return `${first}${where}, ${asOf(i)}, after: $after${i}`
        }),
    variables: (i) => [`$asOf${i}: AsOf`, `$after${i}: String`],
  },
  notices: {
    offender: ['nodes', 'offender'],
    weight: 1,
    args: (i) =>
      fc
        .tuple(FIRST, fc.constantFrom(...STATES), fc.boolean())
        .map(([first, state, toMe]) => `${first}, state: ${state}, toMe: ${toMe}, after: $after${i}`),
    variables: (i) => [`$after${i}: String`],
  },
  mappaMeetingSummary: {
    offender: ['cases', 'offender'],
    weight: 2,
    args: (i) =>
      fc.constantFrom('', ', freeze: 1', ', freeze: 3').map((freeze) => `meeting: $meeting${i}${freeze}`),
    variables: (i) => [`$meeting${i}: ID!`],
  },
  paroleSummary: {
    offender: ['case', 'offender'],
    weight: 1,
    args: (i) =>
      fc.constantFrom('', ', referral: 1', ', referral: 3').map((referral) => `${by(i)}${referral}`),
    variables: (i) => [`$by${i}: OffenderRef!`],
  },
  mappaLevelChanges: {
    offender: ['nodes', 'offender'],
    weight: 1,
    args: (i) => FIRST.map((first) => `${first}, after: $after${i}`),
    variables: (i) => [`$after${i}: String`],
  },
}

/** Lists lie two fields deeper. */
const DEPTHS: Readonly<Record<string, number>> = { Offender: 4 }

const queryType = catalogue.schema.getQueryType()

function rootOf(
  i: number,
): fc.Arbitrary<{ root: RandomRoot; head: string; selection: Selection; variables: readonly string[] }> {
  const weighed = Object.entries(ROOTS).map(([name, form]) => ({
    weight: form.weight,
    arbitrary: fc
      .tuple(form.args(i), selectionOfRoot(name), PERSON, AS_OF)
      .map(([args, selection, { person, by: kind }, at]) => ({
        root: { name, person, by: kind, asOf: at },
        head: `r${i}: ${name}(${args})`,
        selection,
        variables: form.variables(i),
      })),
  }))
  return fc.oneof(...weighed)
}

const PERSON = fc.record({
  person: fc.nat(99),
  by: fc.constantFrom('id', 'id', 'id', 'id', 'crn', 'prisonNumber', 'pnc' as const),
})

const AS_OF = fc.record({
  kind: fc.constantFrom('now', 'now', 'revision', 'at' as const),
  number: fc.nat(999),
})

/** Random selections seldom reach far down: each root asks for one more field, often one that depends on the case, or free text. */
const LEAF = fc
  .oneof(
    { weight: 2, arbitrary: fc.constantFrom(...LEAVES) },
    { weight: 2, arbitrary: fc.constantFrom(...LEAVES.filter(dependsOnCase)) },
    { weight: 1, arbitrary: fc.constantFrom(...LEAVES.filter(isProse)) },
  )
  .map(({ path }) => (path[0] === 'changes' ? ['id'] : path))

function dependsOnCase({ chain }: Leaf): boolean {
  return chain.some((coordinate) => groupOf(coordinate) === 'MAPPA_MINUTES')
}

function isProse({ chain }: Leaf): boolean {
  const [type = '', name = ''] = (chain.at(-1) ?? '').split('.')
  const { classification } = catalogue.type(type).fields.get(name) ?? {}
  return classification?.kind === 'group' && classification.prose
}

const nested = (path: readonly string[]) => `${path.join(' { ')}${' }'.repeat(path.length - 1)}`

function selectionOfRoot(name: string): fc.Arbitrary<Selection> {
  const type = getNamedType(queryType?.getFields()[name]?.type)
  if (!isObjectType(type)) throw new Error(`there is no ${name}`)
  // A page is read on from its end.
  const page = type.name.endsWith('Connection') ? 'page: pageInfo { hasNextPage endCursor }' : ''
  const way = ROOTS[name]?.offender ?? []
  return fc.tuple(selectionsOf(type, DEPTHS[type.name] ?? 6), LEAF).map(([{ text, fragments }, leaf]) => ({
    text: `${text} leaf: ${nested([...way, ...leaf])} ${page}`,
    fragments,
  }))
}

const DOCUMENT = fc
  .oneof(
    { weight: 5, arbitrary: fc.tuple(rootOf(0)) },
    { weight: 1, arbitrary: fc.tuple(rootOf(0), rootOf(1)) },
  )
  .map((roots) => {
    const fragments: string[] = roots.flatMap(({ selection }) => [...selection.fragments])
    const body = roots.map(({ head, selection }) => `${head} { ${selection.text} }`).join('\n')
    const variables = ['$yes: Boolean!', '$no: Boolean!', ...roots.flatMap((one) => one.variables)].join(', ')
    return {
      roots: roots.map(({ root }) => root),
      text: [
        `query(${variables}) { always: __typename @include(if: $yes) @skip(if: $no)\n${body} }`,
        ...new Set(fragments),
      ].join('\n'),
    }
  })

/** Hours around the ends of days, and weeks before and after. */
const HOURS = fc.constantFrom(0, 0, 0, 0, 6, 12, -30 * 24, -24, 24, 14 * 24, 15 * 24, 29 * 24)

export const QUESTIONS: fc.Arbitrary<RandomBatch> = fc.record({
  hours: HOURS,
  questions: fc.array(
    fc.tuple(RANDOM_CALLER, DOCUMENT, fc.nat(99)).map(([caller, document, n]): RandomQuestion => {
      return { as: callerFor(document.roots[0]?.name ?? '', caller, n), ...document }
    }),
    { minLength: 1, maxLength: 8, size: 'max' },
  ),
})
