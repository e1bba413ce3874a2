import type { Asked } from './asked'
import { CASE_LISTS } from './case-lists'
import { FILTERS } from './filters'
import { meetingSummary, paroleSummary } from './packs'
import { comparePlaces, pageOf, slice, type Item } from './pages'
import { momentOf, type Reference } from './people'
import { text, type Moment, type Row, type Value } from './record'
import { answering, NOTHING, refusalOfLookUp, type RootAnswer, type World } from './root-answer'
import type { Person } from './rights'
import { objectOf, type Thing } from './values'

type Root = (world: World, asked: Asked) => RootAnswer

const ROOTS: Readonly<Record<string, Root>> = {
  offender,
  offenders,
  notices: caseList,
  mappaLevelChanges: caseList,
  mappaMeetingSummary: meetingSummary,
  paroleSummary,
}

export const ROOTS_READ = Object.keys(ROOTS)

export function answerRoot(world: World, asked: Asked): RootAnswer {
  if (!asked.field) return { ...NOTHING, value: asked.parent }
  const root = ROOTS[asked.name]
  if (!root) throw new Error(`the naive reader does not read ${asked.name}`)
  return world.rights.of(asked.field).shown === 'never' ? NOTHING : root(world, asked)
}

function offender(world: World, { args, children }: Asked): RootAnswer {
  const { record, people, now } = world
  const moment = momentOf(record, args['asOf'], now)
  const sights = people
    .named(args['by'] as Reference, moment)
    .map((id) => people.weigh(people.person(id, moment)))
  const shown = sights.filter(({ isShown }) => isShown).map(({ person }) => person)
  const [person] = shown
  const row = record.rows('offender', moment.revision).find(({ id }) => id === person?.id)
  const refusal = refusalOfLookUp(world, sights)
  if (refusal !== undefined || !person || !row)
    return { value: null, sights, ...(refusal !== undefined && { refusal }) }
  return { value: objectOf(answering(world, moment, shown), children, { row, person }), sights }
}

/** In order of name; who was joined to another is not listed. */
function offenders(world: World, asked: Asked): RootAnswer {
  const { record, people, rights, now } = world
  const moment = momentOf(record, asked.args['asOf'], now)
  const wanted = Object.entries((asked.args['where'] ?? {}) as Record<string, unknown>)
  const fits = (row: Row) =>
    wanted.every(([name, value]) => value == null || FILTERS[name]?.(row, value, { record, moment, rights }))
  const found = record
    .rows('offender', moment.revision)
    .filter((row) => row['joined_into'] === null && fits(row))
    .map((row) => ({ row, person: people.person(text(row['id']), moment), place: placeOfName(row) }))
    .filter(({ person }) => people.isVisible(person))
    .sort((a, b) => comparePlaces(a.place, b.place))
  return listed(world, asked, moment, found)
}

function placeOfName({ family_name: family, given_name: given, id }: Row): Value[] {
  return [family ?? '', given ?? '', id ?? null]
}

/** Rows about many people, of whom the reader may know: notices, level decisions. */
function caseList(world: World, asked: Asked): RootAnswer {
  const { record, people, asker, now } = world
  const list = CASE_LISTS[asked.name]
  if (!list) throw new Error(`${asked.name} is no list`)
  const moment = { instant: now }
  const found = record
    .rows(list.table)
    .filter((row) => list.isIn(row, asked.args, { asker, now }))
    .map((row) => ({
      row,
      person: people.person(text(row['offender_id']), moment),
      place: list.order.map((column) => row[column] ?? null),
    }))
    .filter(({ person }) => people.isVisible(person))
    .sort((a, b) => comparePlaces(a.place, b.place))
  return listed(world, asked, moment, found)
}

interface Found extends Thing {
  readonly person: Person
  readonly place: readonly Value[]
}

function listed(world: World, asked: Asked, moment: Moment, found: readonly Found[]): RootAnswer {
  const paging = { isDescending: false, openCursor: (cursor: string) => world.openCursor(cursor) }
  const items = slice(found, asked.args, paging).page.map(({ person }) => person)
  const sights = [...new Map(items.map((person) => [person.id, person])).values()].map((person) => ({
    person,
    isShown: true,
    isLimited: false,
    notice: null,
  }))
  const from = answering(world, moment, items)
  const objects = found.map((thing): Item => ({
    place: thing.place,
    object: (children) => objectOf(from, children, thing),
  }))
  return { value: pageOf(objects, asked, { ...paging, list: asked.name }), sights, items }
}
