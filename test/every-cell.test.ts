import { isObjectType } from 'graphql'
import { ROLES } from '../src/access/roles'
import { readSchema } from '../src/catalogue/read-schema'
import { isMachineRole, type RoleName } from '../src/domain/caller'
import { isHiddenGroup } from '../src/domain/field-group'
import type { Purpose } from '../src/domain/purpose'
import { readSchemaFiles } from '../src/store/package-files'
import { AGREED_ROLES, agreedDepth } from './support/contract-policy'
import { CALLERS, plantWorld, STATES, type State, type World } from './support/canary-world'
import { everyFieldInParts } from './support/field-parts'
import { startTestGateway, type Body, type TestGateway } from './support/gateway'
import { leavesOf, valuesAt, type Leaf } from './support/leaves'
import { columnsRead, orderColumns } from './support/statements'

const catalogue = readSchema(readSchemaFiles())
const offenderType = catalogue.schema.getType('Offender')
if (!isObjectType(offenderType)) throw new Error('there is no Offender')
const PARTS = everyFieldInParts(offenderType, ['id', 'withheld']).map((selection) => ({
  // What is withheld is said of the others.
  leaves: leavesOf(offenderType, selection).filter(({ path: [first] }) => first !== 'withheld'),
  query: `query($by: OffenderRef!) { offender(by: $by) ${selection} }`,
}))
/** By these rows are put in order or joined, so they stand in every statement that shows any of their fields. */
const ORDERS = new Set(['organisation.code', ...orderColumns(catalogue)])
const LEAVES = PARTS.flatMap(({ leaves }) => leaves)
type Part = (typeof PARTS)[number]

let t: TestGateway
let world: World
const statements: string[] = []
/** Leaves that hold something for whoever may read them. */
const live = new Set<string>()

beforeAll(async () => {
  t = await startTestGateway({
    alter: (gateway) => ({
      ...gateway,
      deps: {
        ...gateway.deps,
        read: (statement, ...more) => {
          statements.push(statement.text)
          return gateway.deps.read(statement, ...more)
        },
      },
    }),
  })
  world = await plantWorld(t, catalogue)
  for (const role of ['MAPPA_COORDINATOR', 'PRISON_PUBLIC_PROTECTION', 'VICTIM_LIAISON_OFFICER'] as const) {
    const [purpose] = ROLES[role].purposes
    for (const part of PARTS) {
      const body = await ask(part, { role, purpose: purpose ?? 'MAPPA', state: 'own', justified: false })
      if (body.errors) throw new Error(JSON.stringify(body.errors))
      for (const leaf of part.leaves) if (holds(offenderIn(body), leaf)) live.add(leaf.path.join('.'))
    }
  }
}, 120_000)

afterAll(async () => {
  await world.close()
  await t.close()
})

async function ask({ query }: Part, { role, purpose, state, justified }: Standing): Promise<Body> {
  return t.ask(
    {
      ...CALLERS[role],
      ...(state === 'broken' && { subject: `${CALLERS[role].subject ?? ''}-broken` }),
      purpose,
      ...(justified && { justification: 'To see every cell of the matrix.' }),
    },
    query,
    { by: { id: world.ids[state] } },
  )
}

const offenderIn = ({ data }: Body) => (data?.['offender'] ?? null) as Record<string, unknown> | null
const holds = (offender: unknown, { path }: Leaf) => valuesAt(offender, path).some((value) => value !== null)

/**
 * Leaves that hold nothing: health in full, which no role reads; what is over, superseded, frozen, merged or late
 * in this world of first statements; and training, which is of staff.
 */
const EMPTY =
  /^(barriers\.(kind|code|description|condition|status|notes)$|risk\.(registers|endedRegistrations)\.health|formerIds|allocations\.training|mappa\.(registrations?|conflict)\.until|mappa\.decisions\.nodes\.supersedes|mappa\.meetings\.meeting\.(frozen|invitations\.subject)|oversight\.nodes\.(supersedes|need\.id|assessment\.id)|changes\.)/

const JUSTIFYING: readonly RoleName[] = ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER']

interface Standing {
  readonly role: RoleName
  readonly purpose: Purpose
  readonly state: State
  readonly justified: boolean
}

/** Whether the case is seen, and how: by the role's own right, or through broken glass. */
function sight({ role, state, justified }: Standing): 'own' | 'glass' | 'none' {
  const machine = isMachineRole(role)
  if (state === 'absent' || role === 'ANALYST' || state === 'excluded' || state === 'restricted')
    return 'none'
  if (state === 'own') return 'own'
  if (state === 'named') return machine ? 'none' : 'own'
  const seesOthers =
    role === 'DATA_PROTECTION_OFFICER' ||
    role === 'PRISON_SYSTEM' ||
    role === 'PROBATION_SYSTEM' ||
    (JUSTIFYING.includes(role) && justified)
  if (seesOthers) return 'own'
  return state === 'broken' && ROLES[role].breakGlass !== undefined ? 'glass' : 'none'
}

/** What was agreed of one field on the way to a leaf. */
function isAgreed(coordinate: string, standing: Standing): boolean {
  const [type = '', name = ''] = coordinate.split('.')
  const { classification } = catalogue.type(type).fields.get(name) ?? {}
  if (classification?.kind !== 'group') return true
  const { role, purpose, state } = standing
  if (classification.prose && isMachineRole(role)) return false
  const { group, from } = classification
  const isOpened = ROLES[role].breakGlass?.some((opened) => opened === group) ?? false
  if (state === 'broken' && isOpened) return true
  if (sight(standing) === 'glass') return false
  const isOwn = state === 'own' || state === 'named'
  const depth = agreedDepth(role, group, { purpose, isOwn })
  return depth === 'FULL' || (depth === 'SUMMARY' && from === 'SUMMARY')
}

/** The first field on the way that is withheld; undefined where the leaf is shown. */
function firstWithheld({ chain }: Leaf, standing: Standing): number | undefined {
  const at = chain.findIndex((coordinate) => !isAgreed(coordinate, standing))
  // All that was ever recorded is no part of an emergency.
  const changes = sight(standing) === 'glass' ? chain.indexOf('Offender.changes') : -1
  if (changes >= 0) return changes
  return at < 0 ? undefined : at
}

/** Purposes that change what a role reads are asked in every state, the others of an own case; `CELLS=all` asks all. */
function isAsked(role: RoleName, purpose: Purpose, state: State): boolean {
  if (process.env['CELLS'] === 'all' || state === 'own') return true
  return purpose === ROLES[role].purposes[0] || purpose === 'MAPPA'
}

const standings = AGREED_ROLES.flatMap((role) =>
  ROLES[role].purposes.flatMap((purpose) =>
    STATES.filter((state) => isAsked(role, purpose, state)).flatMap((state) =>
      (JUSTIFYING.includes(role) ? [false, true] : [false]).map((justified): Standing => {
        return { role, purpose, state, justified }
      }),
    ),
  ),
)

test('every role was agreed', () => {
  expect([...AGREED_ROLES].sort()).toEqual(Object.keys(ROLES).sort())
})

test('nearly every leaf holds something, so that its absence says something', () => {
  const dead = LEAVES.map(({ path }) => path.join('.')).filter((name) => !live.has(name))
  process.stdout.write(`leaves that hold nothing: ${dead.length} of ${LEAVES.length}\n`)
  expect(dead.filter((name) => !EMPTY.test(name))).toEqual([])
})

test('every cell: what was agreed is shown, all else is withheld with its mark, and was not read', async () => {
  const begun = Date.now()
  const faults: string[] = []
  let cells = 0
  for (const standing of standings) {
    const { role, purpose, state, justified } = standing
    const who = `${role} for ${purpose}, ${state}${justified ? ', justified' : ''}`
    for (const part of PARTS) {
      statements.length = 0
      const wrong = faultsOf(await ask(part, standing), part.leaves, standing)
      cells += part.leaves.length
      faults.push(...wrong.map((fault) => `${who}: ${fault}`))
    }
  }
  process.stdout.write(
    `every cell: ${standings.length} standings × ${LEAVES.length} leaves = ${cells} cells in ${Date.now() - begun} ms\n`,
  )
  expect(faults.slice(0, 60)).toEqual([])
}, 300_000)

function faultsOf(body: Body, leaves: readonly Leaf[], standing: Standing): string[] {
  const offender = offenderIn(body)
  const code = body.errors?.[0]?.extensions.code
  if (sight(standing) === 'none') {
    const isUnjustified = JUSTIFYING.includes(standing.role) && !standing.justified
    const mayRefuse = isUnjustified && ['other', 'broken', 'absent'].includes(standing.state)
    if (offender !== null) return ['is shown']
    return code === undefined || (mayRefuse && code === 'JUSTIFICATION_REQUIRED')
      ? []
      : [`is refused as ${code}`]
  }
  if (offender === null) return [`is not shown (${code ?? 'null'})`]
  return [
    ...leaves.flatMap((leaf) => faultOf(leaf, offender, standing)),
    ...unmarked(offender, leaves, standing),
    ...read(leaves, standing),
  ]
}

function faultOf(leaf: Leaf, offender: Record<string, unknown>, standing: Standing): string[] {
  const isShown = holds(offender, leaf)
  const isDue = firstWithheld(leaf, standing) === undefined
  const name = leaf.path.join('.')
  if (isShown && !isDue) return [`${name} is shown`]
  return !isShown && isDue && live.has(name) ? [`${name} is not shown`] : []
}

/** Fields that are withheld without a word of it. */
function unmarked(offender: Record<string, unknown>, leaves: readonly Leaf[], standing: Standing): string[] {
  const marks = new Set((offender['withheld'] as { field: string }[]).map(({ field }) => field))
  const missing = leaves.flatMap((leaf) => {
    const at = firstWithheld(leaf, standing)
    if (at === undefined) return []
    const [type = '', name = ''] = (leaf.chain[at] ?? '').split('.')
    const { classification } = catalogue.type(type).fields.get(name) ?? {}
    if (classification?.kind === 'group' && isHiddenGroup(classification.group)) return []
    const field = leaf.path.slice(0, at + 1).join('.')
    return marks.has(field) ? [] : [`${field} is withheld without a mark`]
  })
  return [...new Set(missing)]
}

/** Columns that the statement read although every field they stand behind is withheld from all rows. */
function read(leaves: readonly Leaf[], standing: Standing): string[] {
  if (standing.state === 'broken') return []
  const wanted = new Set(
    leaves.filter((leaf) => firstWithheld(leaf, standing) === undefined).flatMap(({ chain }) => chain),
  )
  return columnsRead(catalogue, statements.join('\n'))
    .filter(
      ({ fields }) =>
        !fields.some((coordinate) => wanted.has(coordinate) || isConditional(coordinate, standing)),
    )
    .filter(({ table, column }) => !ORDERS.has(`${table}.${column}`))
    .map(({ table, column }) => `${table}.${column} is read`)
}

/** Shown for the rows of which a condition is true, so it stands in the statement behind it. */
function isConditional(coordinate: string, { role }: Standing): boolean {
  const [type = '', name = ''] = coordinate.split('.')
  const { classification } = catalogue.type(type).fields.get(name) ?? {}
  return classification?.kind === 'group' && typeof ROLES[role].groups[classification.group] !== 'string'
}
