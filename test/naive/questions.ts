import fc from 'fast-check'
import {
  getNamedType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql'
import { ROLES } from '../../src/access/roles'
import { isMachineRole, ROLE_NAMES, type RoleName } from '../../src/domain/caller'
import { sha256 } from '../../src/domain/digest'
import { PURPOSES, type Purpose } from '../../src/domain/purpose'
import { CALLERS } from '../support/canary-world'
import { catalogue } from '../support/cells'
import type { As } from '../support/gateway'

/** A random question: by whom, of what, when. Numbers choose people, meetings and instants of the world. */
export interface RandomQuestion {
  readonly as: As
  /** The document; `$person0`, `$asOf0` and the like are its variables. */
  readonly text: string
  readonly roots: readonly RandomRoot[]
  /** Days and hours from now at which it is asked. */
  readonly hours: number
}

export interface RandomRoot {
  readonly name: string
  readonly person: number
  readonly by: 'id' | 'crn' | 'prisonNumber' | 'pnc'
  readonly asOf: { readonly kind: 'now' | 'revision' | 'at'; readonly number: number }
}

/** Worked out over the whole record, which the naive reader does not do. */
export const LEFT_OUT = ['Offender.changes']

/** A root: its arguments, by its number, and the type that it is a selection of. */
interface RootForm {
  readonly weight: number
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
    weight: 6,
    args: (i) => fc.constant(`${by(i)}, ${asOf(i)}`),
    variables: (i) => [`$by${i}: OffenderRef!`, `$asOf${i}: AsOf`],
  },
  offenders: {
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
    weight: 1,
    args: (i) =>
      fc
        .tuple(FIRST, fc.constantFrom(...STATES), fc.boolean())
        .map(([first, state, toMe]) => `${first}, state: ${state}, toMe: ${toMe}, after: $after${i}`),
    variables: (i) => [`$after${i}: String`],
  },
  mappaLevelChanges: {
    weight: 1,
    args: (i) => FIRST.map((first) => `${first}, after: $after${i}`),
    variables: (i) => [`$after${i}: String`],
  },
}

/** A selection as text, with the fragments that it names. */
interface Selection {
  readonly text: string
  readonly fragments: readonly string[]
}

const WRAPPINGS = [
  'plain',
  'plain',
  'alias',
  'inline',
  'named',
  'include',
  'skip',
  'left out',
  'twice',
] as const

/** Random selections of a type. Names of fragments are put in by the document, so that they stay apart. */
function selectionsOf(type: GraphQLObjectType, depth: number): fc.Arbitrary<Selection> {
  const fields = Object.values(type.getFields()).filter(
    (field) =>
      !LEFT_OUT.includes(`${type.name}.${field.name}`) &&
      !field.args.some(isRequiredArgument) &&
      (depth > 0 || !isObjectType(getNamedType(field.type))),
  )
  if (fields.length === 0) return fc.constant({ text: '__typename', fragments: [] })
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...fields), {
        minLength: 1,
        maxLength: 4,
        selector: ({ name }) => name,
      }),
      fc.integer({ min: 0, max: 9 }),
    )
    .chain(([chosen, typename]) =>
      fc
        .tuple(...chosen.map((field) => fieldOf(type, field, depth)))
        .map((parts) => (typename === 0 ? [...parts, { text: '__typename', fragments: [] }] : parts)),
    )
    .map((parts) => ({
      text: parts.map(({ text }) => text).join(' '),
      fragments: parts.flatMap(({ fragments }) => fragments),
    }))
}

function fieldOf(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  depth: number,
): fc.Arbitrary<Selection> {
  const below = getNamedType(field.type)
  const inner = isObjectType(below) ? selectionsOf(below, depth - 1) : fc.constant(undefined)
  return fc.tuple(inner, inner, fc.constantFrom(...WRAPPINGS)).map(([selected, more, wrapping]) => {
    // One number for each field, so that what is asked for twice is the same page.
    const args = field.args.some(({ name }) => name === 'first')
      ? `(first: ${1 + (field.name.length % 3)})`
      : ''
    const head = `${field.name}${args}`
    const body = (one: Selection | undefined) => (one ? ` { ${one.text} }` : '')
    const fragments = [
      ...(selected?.fragments ?? []),
      ...(wrapping === 'twice' ? (more?.fragments ?? []) : []),
    ]
    const text = wrapped(wrapping, {
      type: type.name,
      name: field.name,
      head,
      body: body(selected),
      again: body(more),
    })
    if (wrapping !== 'named') return { text, fragments }
    const fragment = `F${sha256(text).slice(0, 8)}`
    return { text: `...${fragment}`, fragments: [...fragments, `fragment ${fragment} ${text}`] }
  })
}

interface Wrapped {
  readonly type: string
  readonly name: string
  readonly head: string
  readonly body: string
  readonly again: string
}

function wrapped(wrapping: (typeof WRAPPINGS)[number], { type, name, head, body, again }: Wrapped): string {
  switch (wrapping) {
    case 'plain':
      return `${head}${body}`
    case 'alias':
      return `as_${name}: ${head}${body}`
    case 'inline':
      return `... on ${type} { ${head}${body} }`
    case 'named':
      return `on ${type} { ${head}${body} }`
    case 'include':
      return `${head} @include(if: $yes)${body}`
    case 'skip':
      return `${head} @skip(if: $no)${body}`
    case 'left out':
      return `${head} @skip(if: $yes)${body} instead_of_${name}: __typename`
    case 'twice':
      return `${head}${body} ${head}${again}`
  }
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

function selectionOfRoot(name: string): fc.Arbitrary<Selection> {
  const type = getNamedType(queryType?.getFields()[name]?.type)
  if (!isObjectType(type)) throw new Error(`there is no ${name}`)
  return selectionsOf(type, DEPTHS[type.name] ?? 6).map((selection) =>
    // A page is read on from its end.
    type.name.endsWith('Connection')
      ? { ...selection, text: `${selection.text} page: pageInfo { hasNextPage endCursor }` }
      : selection,
  )
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

const AGENCIES = ['MDI', 'LEI', 'N02', 'N07', 'C05', 'C07', 'POL-NORTH', 'HMIP', undefined]

const CALLER: fc.Arbitrary<As> = fc
  .record({
    role: fc.constantFrom(...ROLE_NAMES),
    own: fc.integer({ min: 0, max: 3 }),
    agency: fc.constantFrom(...AGENCIES),
    staffCode: fc.constantFrom('N02ABC1', 'N07XYZ1', 'N02VLO1', 'N02ABCU', undefined),
    mappaArea: fc.constantFrom('NORTH', 'SOUTH', undefined, undefined),
    username: fc.constantFrom('reader', 'Reader', 'somebody', 'reader@agency.example'),
    hasBroken: fc.integer({ min: 0, max: 2 }),
    through: fc.constantFrom('PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM', ...Array<undefined>(9)),
    client: fc.constantFrom('limited-client', ...Array<undefined>(6)),
    purpose: fc.nat(99),
    isJustified: fc.boolean(),
    isStrict: fc.integer({ min: 0, max: 7 }),
  })
  .map((drawn): As => callerOf(drawn))

interface Drawn {
  readonly role: RoleName
  readonly own: number
  readonly agency: string | undefined
  readonly staffCode: string | undefined
  readonly mappaArea: string | undefined
  readonly username: string
  readonly hasBroken: number
  readonly through: RoleName | undefined
  readonly client: string | undefined
  readonly purpose: number
  readonly isJustified: boolean
  readonly isStrict: number
}

/** Three times in four with the claims by which somebody is an own case. */
function callerOf(drawn: Drawn): As {
  const { role, own, agency, staffCode, mappaArea } = drawn
  const usual = CALLERS[role]
  const claims = own > 0 ? usual : { agency, staffCode, mappaArea }
  const isPerson = !isMachineRole(role)
  const subject = `${usual.subject ?? ''}${drawn.hasBroken === 0 ? '-broken' : ''}`
  return {
    role,
    ...(claims.agency !== undefined && { agency: claims.agency }),
    ...(claims.staffCode !== undefined && { staffCode: claims.staffCode }),
    ...(claims.mappaArea !== undefined && { mappaArea: claims.mappaArea }),
    ...(isPerson && { subject, username: drawn.username }),
    ...(isPerson && drawn.through && { also: [drawn.through] }),
    ...(isPerson && drawn.client !== undefined && { client: drawn.client }),
    ...(drawn.isJustified && { justification: 'To see what two readers make of it.' }),
    purpose: purposeOf(role, drawn.purpose),
    ...(drawn.isStrict === 0 && { headers: { 'access-mode': 'strict' } }),
  }
}

/** Now and then none, or one that is not the role's. */
function purposeOf(role: RoleName, drawn: number): Purpose | null {
  const { purposes } = ROLES[role]
  if (drawn === 0) return null
  if (drawn < 3) return PURPOSES[drawn] ?? null
  return purposes[drawn % purposes.length] ?? null
}

/** Hours around the ends of days, and weeks before and after. */
const HOURS = fc.constantFrom(0, 0, 0, 0, 6, 12, -30 * 24, -24, 24, 14 * 24, 15 * 24, 29 * 24)

export const QUESTIONS: fc.Arbitrary<RandomQuestion> = fc
  .tuple(CALLER, DOCUMENT, HOURS)
  .map(([as, document, hours]) => ({ as, ...document, hours }))
