import type { Field } from '../../src/catalogue/catalogue'
import type { Asked } from './asked'
import { byName } from './pages'
import { text, type Moment, type Row } from './record'
import type { Person } from './rights'
import type { World } from './root-answer'

/** The sections of somebody's record that are other now than at a revision, as far as the reader reads them of every case. */
export function changedSince(
  { catalogue, record, rights }: World,
  { revision = 0 }: Moment,
  asked: Asked,
  person: Person | undefined,
): unknown {
  const isRead = (way: readonly Field[]) => way.every((field) => rights.showsEveryCase(field))
  const ofPerson = (rows: readonly Row[]) => rows.filter((row) => row['offender_id'] === person?.id)
  return catalogue.parts
    .filter(({ way }) => isRead(way))
    .flatMap(({ table, path, columns }) => {
      const read = columns.filter(({ way }) => isRead(way))
      const texts = (rows: readonly Row[]) =>
        new Set(ofPerson(rows).map((row) => JSON.stringify(read.map(({ column }) => row[column]))))
      const [now, then] = [texts(record.rows(table)), texts(record.rows(table, revision))]
      const isSame = now.size === then.size && [...now].every((one) => then.has(one))
      if (read.length === 0 || isSame) return []
      return [
        { field: path, at: lastChange(ofPerson(record.ever(table)), revision, record.rows('revision')) },
      ]
    })
    .sort((a, b) => (a.field < b.field ? -1 : 1))
    .map((change) => byName(asked.children, change))
}

/** When the newest of the changes after a revision was recorded. */
function lastChange(rows: readonly Row[], after: number, revisions: readonly Row[]): string | null {
  const changes = rows
    .map((row) => Math.max(Number(row['revision']), Number(row['superseded_revision'] ?? 0)))
    .filter((revision) => revision > after)
  const [newest] = revisions
    .filter((one) => changes.includes(Number(one['revision'])))
    .map(({ at }) => text(at))
    .sort()
    .reverse()
  return newest ?? null
}
