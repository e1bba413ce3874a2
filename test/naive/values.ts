import type { Catalogue, Field, ObjectType, Relation } from '../../src/catalogue/catalogue'
import type { Asked } from './asked'
import { CONDITIONS, type Weighing } from './conditions'
import { pageOf, type Item } from './pages'
import { compare, text, type Moment, type NaiveRecord, type Row } from './record'
import type { Person, Rights } from './rights'
import { withheldIn } from './withheld'

/** What one root field is answered from. */
export interface Answering {
  readonly catalogue: Catalogue
  readonly record: NaiveRecord
  readonly rights: Rights
  readonly moment: Moment
  /** Everybody whom this answer is about, by id. */
  readonly shown: ReadonlyMap<string, Person>
  /** The place that a cursor stands for. */
  openCursor(cursor: string): readonly unknown[]
  /** What our own types hold that no row does. */
  readonly worked: Readonly<Record<string, (asked: Asked, thing: Thing) => unknown>>
}

/** A row, the row that it hangs on, and whose it is. */
export interface Thing {
  readonly row: Row
  readonly holder?: Row
  readonly person?: Person
}

/** An object in the shape that was asked for. */
export function objectOf(
  answering: Answering,
  asked: readonly Asked[],
  thing: Thing,
): Record<string, unknown> {
  return Object.fromEntries(asked.map((one) => [one.key, valueOf(answering, one, thing, asked)]))
}

function valueOf(answering: Answering, asked: Asked, thing: Thing, beside: readonly Asked[]): unknown {
  const { field } = asked
  if (!field) return asked.parent
  const right = answering.rights.of(field)
  if (right.shown === 'never') return null
  if (right.shown === 'perCase' && !(thing.person && right.isShownOf(thing.person))) return null
  if (field.worked === 'withheld') return marksOf(answering, asked, thing, beside)
  if (field.worked !== undefined) return answering.worked[field.worked]?.(asked, thing)
  if (field.holds !== undefined)
    return CONDITIONS[field.holds]?.(thing.row, weighing(answering, thing.holder ?? thing.row))
  if (field.stateOf !== undefined) return stateOf(answering, asked.parent, field.stateOf, thing)
  if (field.relation) return related(answering, asked, field.relation, thing)
  if (field.type !== undefined) return objectOf(answering, asked.children, thing)
  return (field.holder ? (thing.holder ?? thing.row) : thing.row)[field.column] ?? null
}

function related(answering: Answering, asked: Asked, relation: Relation, thing: Thing): unknown {
  const type = rowType(answering.catalogue, asked.field)
  const things = thingsOf(answering, type, relation, thing)
  const object = (children: readonly Asked[], one: Thing) => objectOf(answering, children, one)
  if (relation.kind === 'one') return things[0] ? object(asked.children, things[0]) : null
  if (relation.kind === 'many') return things.map((one) => object(asked.children, one))
  const items = things.map((one): Item => ({
    place: relation.order.map(({ column }) => one.row[column] ?? null),
    object: (children) => object(children, one),
  }))
  return pageOf(items, asked, {
    list: `${asked.parent}.${asked.name}`,
    isDescending: relation.order[0]?.descending ?? false,
    openCursor: (cursor) => answering.openCursor(cursor),
  })
}

/** The rows that a relation leads to, in its order. */
function thingsOf(answering: Answering, type: ObjectType, relation: Relation, holder: Thing): Thing[] {
  const { record, moment } = answering
  const key = holder.row[relation.of]
  return record
    .rows(type.table ?? '', type.live ? undefined : moment.revision)
    .filter((row) => key != null && row[relation.key] === key)
    .filter((row) => relation.where.every((name) => CONDITIONS[name]?.(row, weighing(answering, holder.row))))
    .sort((a, b) => compareBy(relation, a, b))
    .flatMap((row) => owned(answering, type, row, holder))
}

/** Wherever somebody is come to from outside, only those are whom the answer is about. */
function owned({ shown }: Answering, type: ObjectType, row: Row, holder: Thing): Thing[] {
  const thing = { row, holder: holder.row }
  if (type.about === 'MEETING') return [thing]
  const isEntered = type.about === 'OFFENDER' && (!holder.person || type.name === 'Offender')
  if (!isEntered) return [{ ...thing, ...(holder.person && { person: holder.person }) }]
  const person = shown.get(text(type.name === 'Offender' ? row['id'] : row['offender_id']))
  return person ? [{ ...thing, person }] : []
}

function compareBy({ order }: Relation, a: Row, b: Row): number {
  for (const { column, descending } of order) {
    const [one, other] = [a[column], b[column]]
    const isUnknown = one == null || other == null
    const difference = descending && !isUnknown ? compare(other, one) : compare(one, other)
    if (difference !== 0) return difference
  }
  return 0
}

/** The rows of a type as a list has them: those that a connection pages through. */
function rowType(catalogue: Catalogue, field: Field | undefined): ObjectType {
  const type = catalogue.type(field?.type ?? '')
  return type.kind === 'connection' ? catalogue.type(type.fields.get('nodes')?.type ?? '') : type
}

/** `NONE` is stated: by an empty list of the record, or because what there was stands no more. */
function stateOf(answering: Answering, holder: string, list: string, thing: Thing): string {
  const { catalogue, record, moment } = answering
  const field = catalogue.type(holder).fields.get(list)
  const relation = field?.relation
  if (!relation) throw new Error(`${holder}.${list} is no list`)
  const type = rowType(catalogue, field)
  if (thingsOf(answering, type, relation, thing).length > 0) return 'RECORDED'
  if (thingsOf(answering, type, { ...relation, where: [] }, thing).length > 0) return 'NONE'
  const isNoneStated = record
    .rows('none_stated', moment.revision)
    .some((row) => row['table_name'] === type.table && row[relation.key] === thing.row[relation.of])
  return isNoneStated ? 'NONE' : 'UNKNOWN'
}

function weighing({ record, moment, rights }: Answering, holder: Row): Weighing {
  return { record, moment, holder, seesCategories: rights.seesCategories }
}

/** What is withheld from this object about this person, in the schema's names. */
function marksOf({ rights }: Answering, asked: Asked, { person }: Thing, beside: readonly Asked[]): unknown {
  return withheldIn(rights, beside)
    .filter(({ right }) => right.shown === 'never' || !(person && right.isShownOf(person)))
    .map(({ names, right }) => {
      const mark: Readonly<Record<string, string>> = {
        field: names.join('.'),
        group: right.group,
        reason: right.shown === 'never' ? right.reason : 'RELATIONSHIP',
      }
      return Object.fromEntries(asked.children.map(({ key, name, parent }) => [key, mark[name] ?? parent]))
    })
}
