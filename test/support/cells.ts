import { isObjectType } from 'graphql'
import { ROLES } from '../../src/access/roles'
import { readSchema } from '../../src/catalogue/read-schema'
import { isHiddenGroup, type FieldGroup } from '../../src/domain/field-group'
import { readSchemaFiles } from '../../src/store/package-files'
import { firstWithheld, JUSTIFYING, sight, type Standing } from './agreed'
import { CALLERS, plantWorld, type World } from './canary-world'
import { everyFieldInParts } from './field-parts'
import { startTestGateway, type Body, type TestGateway } from './gateway'
import { leavesOf, selectionOf, valuesAt, type Leaf } from './leaves'
import { columnsRead, orderColumns } from './statements'

export const catalogue = readSchema(readSchemaFiles())
const offenderType = catalogue.schema.getType('Offender')
if (!isObjectType(offenderType)) throw new Error('there is no Offender')

/** One question, and the leaves that it asks for. */
export interface Part {
  readonly leaves: readonly Leaf[]
  readonly query: string
}

export const PARTS: readonly Part[] = everyFieldInParts(offenderType, ['id', 'withheld']).map(
  (selection) => ({
    // What is withheld is said of the others.
    leaves: leavesOf(offenderType, selection).filter(({ path: [first] }) => first !== 'withheld'),
    query: questionOf(selection),
  }),
)
export const LEAVES = PARTS.flatMap(({ leaves }) => leaves)

function questionOf(selection: string): string {
  return `query($by: OffenderRef!) { offender(by: $by) ${selection} }`
}

/** A question for the leaves that lie in a group, or below a field that does. */
export function partOf(group: FieldGroup): Part {
  const leaves = LEAVES.filter(({ chain }) => chain.some((coordinate) => groupOf(coordinate) === group))
  return { leaves, query: questionOf(`{ withheld { field group reason } ${selectionOf(leaves)} }`) }
}

export function groupOf(coordinate: string): FieldGroup | undefined {
  const [type = '', name = ''] = coordinate.split('.')
  const { classification } = catalogue.type(type).fields.get(name) ?? {}
  return classification?.kind === 'group' ? classification.group : undefined
}

/** Whether a leaf is to be shown. */
export function isDue(leaf: Leaf, standing: Standing): boolean {
  return firstWithheld(catalogue, leaf, standing) === undefined
}

/** The columns behind a leaf and the objects on its way, as `table.column`; none where it is worked out. */
export function columnsOf({ chain }: Leaf): string[] {
  let table: string | undefined
  return chain.flatMap((coordinate) => {
    const [name = '', fieldName = ''] = coordinate.split('.')
    const type = catalogue.type(name)
    // What a part shows stands in the table of the object that it is a part of.
    table = type.table ?? table
    const field = type.fields.get(fieldName)
    return field && table !== undefined ? [`${table}.${field.relation?.of ?? field.column}`] : []
  })
}

/** By these rows are put in order or joined, so they stand in every statement that shows any of their fields. */
const ORDERS = new Set(['organisation.code', 'notice.decision_id', ...orderColumns(catalogue)])

/** A gateway over a world full of tokens, and what its answers lack or hold beyond what was agreed. */
export class Cells {
  private readonly statements: string[] = []
  /** Leaves that hold something for whoever may read them. */
  readonly live = new Set<string>()

  private constructor(
    readonly t: TestGateway,
    readonly world: World,
    statements: string[],
  ) {
    this.statements = statements
  }

  static async start(): Promise<Cells> {
    const statements: string[] = []
    const t = await startTestGateway({
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
    const cells = new Cells(t, await plantWorld(t, catalogue), statements)
    await cells.learnLive()
    return cells
  }

  async close(): Promise<void> {
    await this.world.close()
    await this.t.close()
  }

  /** What is wrong with the answer to one question. */
  async faults(part: Part, standing: Standing): Promise<string[]> {
    this.statements.length = 0
    const body = await this.ask(part, standing)
    const offender = offenderIn(body)
    const code = body.errors?.[0]?.extensions.code
    if (sight(standing) === 'none') return hiddenFaults(standing, offender !== null, code)
    if (offender === null) return [`is not shown (${code ?? 'null'})`]
    return [
      ...part.leaves.flatMap((leaf) => this.faultOf(leaf, offender, standing)),
      ...unmarked(offender, part.leaves, standing),
      ...this.readInVain(part.leaves, standing),
    ]
  }

  private ask({ query }: Part, { role, purpose, state, justified }: Standing): Promise<Body> {
    const caller = {
      ...CALLERS[role],
      ...(state === 'broken' && { subject: `${CALLERS[role].subject ?? ''}-broken` }),
      purpose,
      ...(justified && { justification: 'To see every cell of the matrix.' }),
    }
    return this.t.ask(caller, query, { by: { id: this.world.ids[state] } })
  }

  private async learnLive(): Promise<void> {
    for (const role of ['MAPPA_COORDINATOR', 'PRISON_PUBLIC_PROTECTION', 'VICTIM_LIAISON_OFFICER'] as const) {
      const [purpose = 'MAPPA'] = ROLES[role].purposes
      for (const part of PARTS) {
        const body = await this.ask(part, { role, purpose, state: 'own', justified: false })
        if (body.errors) throw new Error(JSON.stringify(body.errors))
        for (const leaf of part.leaves) if (holds(offenderIn(body), leaf)) this.live.add(nameOf(leaf))
      }
    }
  }

  private faultOf(leaf: Leaf, offender: Record<string, unknown>, standing: Standing): string[] {
    const isShown = holds(offender, leaf)
    const due = isDue(leaf, standing)
    if (isShown && !due) return [`${nameOf(leaf)} is shown`]
    return !isShown && due && this.live.has(nameOf(leaf)) ? [`${nameOf(leaf)} is not shown`] : []
  }

  /** Columns that the statement read although every field they stand behind is withheld from all rows. */
  private readInVain(leaves: readonly Leaf[], standing: Standing): string[] {
    if (standing.state === 'broken') return []
    const shown = leaves.filter((leaf) => isDue(leaf, standing))
    const wanted = new Set(shown.flatMap(({ chain }) => chain))
    return columnsRead(catalogue, this.statements.join('\n'))
      .filter(
        ({ fields }) =>
          !fields.some((coordinate) => wanted.has(coordinate) || isConditional(coordinate, standing)),
      )
      .filter(({ table, column }) => !ORDERS.has(`${table}.${column}`))
      .map(({ table, column }) => `${table}.${column} is read`)
  }
}

export const nameOf = ({ path }: Leaf) => path.join('.')
const offenderIn = ({ data }: Body) => (data?.['offender'] ?? null) as Record<string, unknown> | null
const holds = (offender: unknown, { path }: Leaf) => valuesAt(offender, path).some((value) => value !== null)

function hiddenFaults(
  { role, state, justified }: Standing,
  isShown: boolean,
  code: string | undefined,
): string[] {
  if (isShown) return ['is shown']
  const isUnjustified = JUSTIFYING.includes(role) && !justified
  const mayRefuse = isUnjustified && ['other', 'broken', 'absent'].includes(state)
  return code === undefined || (mayRefuse && code === 'JUSTIFICATION_REQUIRED')
    ? []
    : [`is refused as ${code}`]
}

/** Fields that are withheld without a word of it. */
function unmarked(offender: Record<string, unknown>, leaves: readonly Leaf[], standing: Standing): string[] {
  const marks = new Set((offender['withheld'] as { field: string }[]).map(({ field }) => field))
  const missing = leaves.flatMap((leaf) => {
    const at = firstWithheld(catalogue, leaf, standing)
    if (at === undefined) return []
    const group = groupOf(leaf.chain[at] ?? '')
    if (group && isHiddenGroup(group)) return []
    const field = leaf.path.slice(0, at + 1).join('.')
    return marks.has(field) ? [] : [`${field} is withheld without a mark`]
  })
  return [...new Set(missing)]
}

/** Shown for the rows of which a condition is true, so it stands in the statement behind it. */
function isConditional(coordinate: string, { role }: Standing): boolean {
  const group = groupOf(coordinate)
  return group !== undefined && typeof ROLES[role].groups[group] !== 'string'
}
