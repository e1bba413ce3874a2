import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { sealPlaces, type ListCursors, type Place } from '../src/query/cursor'
import { readCursorKeys, sealedCursors } from '../src/store/sealed-cursors'
import { aCase } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const FAMILIES = ['Featherstonehaugh-Cholmondeley', 'Ng', 'Sample', 'Öztürk']
/** Two letters stand in random bytes now and then, by chance. */
const TELLING = FAMILIES.filter(({ length }) => length > 4)

const LIST = `query ($after: String) { offenders(first: 100, after: $after) {
  edges { cursor node { id name { given family } } } pageInfo { startCursor endCursor } } }`

interface Page {
  readonly edges: readonly Edge[]
  readonly pageInfo: { readonly startCursor: string; readonly endCursor: string }
}

interface Edge {
  readonly cursor: string
  readonly node: { readonly id: string; readonly name: { readonly given: string; readonly family: string } }
}

let t: TestGateway
let offenders: ListCursors

beforeAll(async () => {
  t = await startTestGateway()
  offenders = t.gateway.deps.cursors('offenders')
  for (const [i, surname] of FAMILIES.entries())
    await t.ingest(PROBATION, 'probation-search', aCase(`X10000${i}`, { surname }))
})

afterAll(() => t.close())

async function page(after?: string): Promise<Page> {
  const body = await t.ask(COM, LIST, { after })
  if (body.errors) throw new Error(body.errors[0]?.extensions.code)
  return body.data?.['offenders'] as Page
}

const placeOf = ({ node }: Edge) => [node.name.family, node.name.given, node.id]

test('a cursor holds its row’s place, for the gateway alone', async () => {
  const { edges, pageInfo } = await page()
  expect(edges.map(({ node }) => node.name.family)).toEqual(FAMILIES)
  expect(edges.map(({ cursor }) => offenders.open(cursor))).toEqual(edges.map(placeOf))
  expect(pageInfo).toEqual({ startCursor: edges[0]?.cursor, endCursor: edges.at(-1)?.cursor })
  for (const { cursor, node } of edges) {
    const bytes = Buffer.from(cursor, 'base64').toString('latin1')
    expect(`${cursor}${bytes}`).not.toContain(node.id.slice(0, 8))
    for (const family of TELLING) expect(`${cursor}${bytes}`).not.toContain(family)
  }
})

test('nor does its length tell how long a name is', async () => {
  const { edges } = await page()
  expect(new Set(edges.map(({ cursor }) => cursor.length)).size).toBe(1)
})

test('what the database marks as a place is sealed, and nothing else is touched', () => {
  const cursors = sealedCursors({ signing: randomBytes(32), sealing: randomBytes(32) })
  const { mark } = cursors
  const marked = (list: string, place: Place) =>
    `${mark}${list}:${Buffer.from(JSON.stringify(place)).toString('hex')}`
  for (const place of PLACES) {
    const text = `{"a":"${marked('offenders', place)}","b":"x:00","c":["${marked('Risk.history', place)}"]}`
    const sealed = JSON.parse(sealPlaces(text, cursors)) as { a: string; b: string; c: string[] }
    expect(cursors('offenders').open(sealed.a)).toEqual(place)
    expect(sealed.b).toBe('x:00')
    expect(cursors('Risk.history').open(sealed.c[0] ?? '')).toEqual(place)
  }
  expect(sealPlaces('{"a":null}', cursors)).toBe('{"a":null}')
})

const PLACES: Place[] = [
  [],
  [1, 2],
  [7_000_000_000, 'Öztürk'],
  ['{"\\', '"}'],
  ...[29, 30, 31, 123, 124, 125, 300].map((length) => ['x'.repeat(length - 4)]),
]

test('any change of a cursor makes it none', async () => {
  const { edges } = await page()
  const [{ cursor } = { cursor: '' }] = edges
  const bytes = Buffer.from(cursor, 'base64')
  const flipped = [...bytes.keys()].map((at) => {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy.toString('base64')
  })
  const longer = Buffer.concat([bytes, Buffer.alloc(16)]).toString('base64')
  const shorter = bytes.subarray(0, -16).toString('base64')
  const otherList = t.gateway.deps.cursors('changes').seal(offenders.open(cursor) ?? [])
  const forged = [...flipped, longer, shorter, otherList, '', ' ', `${cursor} `, cursor.replace(/=*$/, '')]
  expect(forged.filter((each) => each !== cursor && offenders.open(each) !== undefined)).toEqual([])
  for (const after of [flipped.at(0), flipped.at(-1), longer, otherList, '']) {
    const body = await t.ask(COM, LIST, { after })
    expect(body.data ?? null).toBeNull()
    expect(body.errors).toEqual([
      expect.objectContaining({
        message: 'after is not a cursor of this list.',
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'after' }) as unknown,
      }),
    ])
  }
})

test('another gateway on the same database goes on from it, one on another does not', async () => {
  const { edges } = await page()
  const { cursor } = edges[1] ?? { cursor: '' }
  const again = sealedCursors(await readCursorKeys(t.testDatabase.connection))
  expect(again('offenders').open(cursor)).toEqual(offenders.open(cursor))
  const next = await page(cursor)
  expect(next.edges.map(({ node }) => node.name.family)).toEqual(FAMILIES.slice(2))
  const elsewhere = sealedCursors({ signing: randomBytes(32), sealing: randomBytes(32) })
  expect(elsewhere('offenders').open(cursor)).toBeUndefined()
})

test('no role of the gateway reads the keys', async () => {
  const owner = new Client({ ...t.testDatabase.connection })
  await owner.connect()
  try {
    const { rows } = await owner.query<{ name: string }>(
      `select r.rolname as name from pg_roles r where starts_with(r.rolname, 'throughcare_')
       and (has_any_column_privilege(r.oid, 'cursor.key', 'select, update, references') or has_table_privilege(r.oid, 'cursor.key', 'insert, delete, truncate'))`,
    )
    expect(rows).toEqual([])
  } finally {
    await owner.end()
  }
  for (const pool of ['reader', 'writer'] as const)
    await expect(t.database.pools[pool].query('select * from cursor.key')).rejects.toThrow(
      /permission denied/,
    )
})

test('the mark is as secret as the keys, so that nothing on record is taken for a place', async () => {
  const { mark } = t.gateway.deps.cursors
  expect(sealedCursors({ signing: randomBytes(32), sealing: randomBytes(32) }).mark).not.toBe(mark)
  expect(sealedCursors(await readCursorKeys(t.testDatabase.connection)).mark).toBe(mark)
  const forged = `${'0'.repeat(32)}offenders:${Buffer.from('["A"]').toString('hex')}`
  await t.ingest(PROBATION, 'probation-search', aCase('X100009', { surname: forged }))
  const { edges } = await page()
  expect(edges.some(({ node }) => node.name.family === forged)).toBe(true)
  expect(JSON.stringify(edges)).not.toContain(mark)
  expect(edges.map(({ cursor }) => offenders.open(cursor))).toEqual(edges.map(placeOf))
})
