import type { Field, ObjectType } from './catalogue'

/**
 * A table of the record below `Offender`. Its path and those of its columns are the same for everybody and
 * always: the shortest way down in the schema, by a list where there is one (`mappa.registrations.level`).
 */
export interface RecordPart {
  readonly table: string
  readonly path: string
  /** The fields from `Offender` down to it; each has its own classification. */
  readonly way: readonly Field[]
  readonly columns: readonly RecordColumn[]
  /** The way to whose record states it; absent where the schema shows that nowhere. */
  readonly source?: readonly Field[]
}

export interface RecordColumn {
  readonly column: string
  readonly path: string
  readonly way: readonly Field[]
}

/** All parts of the record that the schema shows below `Offender`, each once, the shallow ones first. */
export function recordParts(types: ReadonlyMap<string, ObjectType>): RecordPart[] {
  const offender = types.get('Offender')
  if (!offender) return []
  const parts = new Map<string, RecordPart>()
  const places: Place[] = [{ type: offender, path: '', way: [], above: [offender], source: undefined }]
  for (const place of places) {
    for (const field of listsFirst(place.type)) {
      const below = placeBelow(types, place, field)
      if (!below) continue
      places.push(below)
      if (field.relation) addPart(types, parts, below)
    }
  }
  return [...parts.values()]
}

/** Where a walk down the schema has come. */
interface Place {
  readonly type: ObjectType
  readonly path: string
  readonly way: readonly Field[]
  /** Types of the rows on the way, so that no walk goes in circles. */
  readonly above: readonly ObjectType[]
  /** The way to the source of the row, or else of the row that it hangs on. */
  readonly source: readonly Field[] | undefined
}

function listsFirst(type: ObjectType): Field[] {
  const single = ({ relation }: Field) => Number(relation?.kind === 'one')
  return [...type.fields.values()].sort((a, b) => single(a) - single(b))
}

function placeBelow(
  types: ReadonlyMap<string, ObjectType>,
  { path, way, above, source }: Place,
  field: Field,
): Place | undefined {
  const target = types.get(field.type ?? '')
  if (!target || field.worked !== undefined) return undefined
  const down = { path: path === '' ? field.name : `${path}.${field.name}`, way: [...way, field] }
  if (!field.relation) return target.kind === 'part' ? { ...down, type: target, above, source } : undefined
  const type = target.kind === 'connection' ? types.get(target.fields.get('nodes')?.type ?? '') : target
  if (!type || !isPartOfRecord(type, field.relation.key, above)) return undefined
  return { ...down, type, above: [...above, type], source: sourceBelow(type, down.way) ?? source }
}

function sourceBelow(type: ObjectType, way: readonly Field[]): Field[] | undefined {
  if (type.table === 'source_record') return [...way]
  const own = [...type.fields.values()].find(
    ({ relation }) => relation?.of === 'source_record_id' && relation.key === 'id',
  )
  return own && [...way, own]
}

/** Rows of other tables, further down; a relation by id leads up, to the row that this one hangs on. */
function isPartOfRecord(type: ObjectType, key: string, above: readonly ObjectType[]): boolean {
  if (type.table === undefined || type.about !== 'OFFENDER' || type.live || key === 'id') return false
  return !above.includes(type) && type.table !== above[0]?.table
}

function addPart(types: ReadonlyMap<string, ObjectType>, parts: Map<string, RecordPart>, place: Place): void {
  const table = place.type.table ?? ''
  const { path, way, source } = place
  const part = parts.get(table) ?? { table, path, way, columns: [], ...(source && { source }) }
  const known = new Set(part.columns.map(({ column }) => column))
  const further = columnsOf(types, place.type, path, way).filter(({ column }) => !known.has(column))
  parts.set(table, { ...part, columns: [...part.columns, ...further] })
}

/** They tell of the writing of a row, which is no content. */
const BOOKKEEPING = ['revision', 'ordinal', 'recorded_at']

function columnsOf(
  types: ReadonlyMap<string, ObjectType>,
  type: ObjectType,
  path: string,
  way: readonly Field[],
): RecordColumn[] {
  return [...type.fields.values()].flatMap((field): RecordColumn[] => {
    const down = { path: `${path}.${field.name}`, way: [...way, field] }
    const target = types.get(field.type ?? '')
    if (!isColumn(field)) return []
    if (!target) return BOOKKEEPING.includes(field.column) ? [] : [{ ...down, column: field.column }]
    if (target.kind === 'part') return columnsOf(types, target, down.path, down.way)
    if (field.relation?.kind !== 'one' || target.about !== 'REFERENCE') return []
    const { of, key } = field.relation
    const code = [...target.fields.values()].filter(({ column }) => column === key)
    return [{ path: down.path, way: [...down.way, ...code], column: of }]
  })
}

/** Whether a field is read from the row of its own object. */
export function isColumn({ holder, worked, holds, stateOf }: Field): boolean {
  return !holder && worked === undefined && holds === undefined && stateOf === undefined
}
