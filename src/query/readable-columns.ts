import { mayEverRead, purposesOf } from '../access/ever'
import type { Role } from '../access/role'
import type { Catalogue, Field, ObjectType, Relation } from '../catalogue/catalogue'
import type { Columns } from './columns'
import { conditionColumns, filterColumns, predicateColumns, rowListColumns } from './row-columns'
import { STATE, structureColumns, VERSION } from './structure-columns'

/**
 * All that any question of a role may ever read of the record: the columns of the fields that it is granted,
 * to whatever depth and under whatever condition, and what finding their rows takes. Worked out from the
 * schema and the policy alone, not from what `compile` writes, which it is to hold.
 */
export function readableColumns(catalogue: Catalogue, role: Role): Columns {
  const query = catalogue.type('Query')
  const meetings = query.fields.get('mappaMeetingSummary')
  const readsMeetings = meetings !== undefined && mayEverRead(role, meetings.classification)
  const columns = structureColumns({
    meetings: readsMeetings,
    referrals: purposesOf(role).includes('PAROLE'),
  })
  const parts = new Set(catalogue.parts.map(({ table }) => table))
  const walk: Walk = { catalogue, role, parts, columns, seen: new Set() }
  visit(walk, { type: query })
  visitPayloads(walk, readsMeetings)
  for (const { name, classification } of query.fields.values()) {
    const list = rowListColumns(name)
    if (list && mayEverRead(role, classification)) columns.addAll(list)
  }
  columns.addAll(predicateColumns(role, readsMeetings))
  for (const { input, uses } of catalogue.filters.values()) {
    if (isUsable(catalogue, role, uses)) columns.addAll(filterColumns(catalogue, role, input))
  }
  return columns
}

/** A command answers with the row that it wrote, found by its id; who may give it is decided elsewhere. */
function visitPayloads(walk: Walk, readsMeetings: boolean): void {
  const { types } = walk.catalogue
  for (const { type } of types.get('Mutation')?.fields.values() ?? []) {
    for (const field of types.get(type ?? '')?.fields.values() ?? []) {
      const target = types.get(field.type ?? '')
      if (target?.kind !== 'entity' || (target.about === 'MEETING' && !readsMeetings)) continue
      const place = entered(target)
      const owner = target.about === 'OFFENDER' && target.table !== 'offender' ? ['offender_id'] : []
      addColumns(walk, place.table, ['id', ...owner])
      visit(walk, place)
    }
  }
}

interface Walk {
  readonly catalogue: Catalogue
  readonly role: Role
  /** Tables whose changes the feed tells of. */
  readonly parts: ReadonlySet<string>
  readonly columns: Columns
  readonly seen: Set<string>
}

/** Where the walk has come: objects of a type, made of rows of a table, which hang on those of another. */
interface Place {
  readonly type: ObjectType
  readonly table?: Table
  readonly holder?: Table
}

interface Table {
  readonly name: string
  readonly live: boolean
}

function visit(walk: Walk, place: Place): void {
  const key = [place.type.name, place.table?.name, place.holder?.name].join(' ')
  if (walk.seen.has(key)) return
  walk.seen.add(key)
  for (const field of place.type.fields.values()) {
    if (mayEverRead(walk.role, field.classification)) visitField(walk, place, field)
  }
}

function visitField(walk: Walk, { type, table, holder }: Place, field: Field): void {
  const target = walk.catalogue.types.get(field.type ?? '')
  if (field.relation && target) visitRows(walk, rowsOf(walk.catalogue, target), field.relation, table)
  else if (target?.kind === 'part' && field.worked === undefined)
    visit(walk, { type: target, ...(table && { table }), ...(holder && { holder }) })
  else if (target) visit(walk, entered(rowsOf(walk.catalogue, target)))
  else if (field.holds !== undefined) addCondition(walk, field.holds, table, holder)
  else if (isColumn(field, type)) addColumns(walk, field.holder ? holder : table, [field.column])
}

function isColumn({ worked, stateOf }: Field, { kind }: ObjectType): boolean {
  return worked === undefined && stateOf === undefined && kind !== 'given' && kind !== 'root'
}

function visitRows(walk: Walk, type: ObjectType, relation: Relation, holder: Table | undefined): void {
  const rows = entered(type)
  addColumns(walk, holder, [relation.of])
  addColumns(walk, rows.table, [relation.key, ...relation.order.map(({ column }) => column)])
  for (const name of relation.where) addCondition(walk, name, rows.table, holder)
  visit(walk, { ...rows, ...(holder && { holder }) })
}

function addCondition(walk: Walk, name: string, rows: Table | undefined, holder: Table | undefined): void {
  const { name: table = '', live = false } = rows ?? {}
  walk.columns.addAll(
    conditionColumns(walk.catalogue, walk.role, name, { table, holder: holder?.name, live }),
  )
}

/** What a connection pages through, else the type itself. */
function rowsOf({ types }: Catalogue, type: ObjectType): ObjectType {
  return (type.kind === 'connection' ? types.get(type.fields.get('nodes')?.type ?? '') : type) ?? type
}

function entered(type: ObjectType): Place {
  return type.table === undefined ? { type } : { type, table: { name: type.table, live: type.live } }
}

/** Of the rows as they are and, where the table has a history, as they ever were. */
function addColumns({ parts, columns }: Walk, table: Table | undefined, names: readonly string[]): void {
  if (!table) return
  const isPart = parts.has(table.name)
  const own = isPart ? ['offender_id', ...names] : names
  columns.add(table.name, ...own)
  if (!table.live) columns.add(`${table.name}_ever`, ...own, ...(isPart ? VERSION : STATE))
}

function isUsable({ types }: Catalogue, role: Role, coordinate: string): boolean {
  const [type = '', name = ''] = coordinate.split('.')
  const field = types.get(type)?.fields.get(name)
  return field !== undefined && mayEverRead(role, field.classification)
}
