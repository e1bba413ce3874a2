import type { DevelopmentClaims } from '../src/http/development-issuer'
import { mannWhitney, percentiles, PERCENTILES, type Comparison } from './distribution'
import { prisonerDocument } from './documents'
import { median } from './figures'
import { startGateway, type GatewayProcess } from './gateway-process'

export interface OracleOptions {
  /** Times that each of them is asked for. */
  readonly pairs: number
}

/** Hidden: another prison's; restricted: another prison's and barred to all but one; absent: nobody's. */
const KINDS = ['hidden', 'restricted', 'absent'] as const
type Kind = (typeof KINDS)[number]
const WAYS = ['id', 'prisonNumber'] as const
type Way = (typeof WAYS)[number]

export interface OracleLine {
  readonly way: Way
  readonly kind: Kind
  /** Milliseconds from sending a request to the end of its answer, at `PERCENTILES`. */
  readonly at: readonly number[]
  /** Of the median, to that of those who are absent. */
  readonly ratio: number
  readonly comparison: Comparison
}

const PEOPLE = 600
const WARMING = 200
const QUERY =
  'query($by: OffenderRef!) { offender(by: $by) { id name { given family } custody { status cell } } }'

/** How long a prison officer waits to hear that there is nobody, whoever it was that was asked for. */
export async function benchOracle(
  { pairs }: OracleOptions,
  tell: (line: string) => void,
): Promise<OracleLine[]> {
  const gateway = await startGateway()
  try {
    tell(`loading ${PEOPLE} people`)
    const people = await load(gateway)
    const officer = await asking(gateway, {
      roles: ['PRISON_OFFICER'],
      client_id: 'bench-reader',
      sub: 'bench-officer',
      agency: 'LEI',
    })
    tell(`asking for ${pairs} of each kind in turn, by id and by number`)
    await measure(officer, people, WARMING)
    return linesOf(await measure(officer, people, pairs))
  } finally {
    await gateway.stop()
  }
}

type Person = Readonly<Record<Way, string>>
type People = Readonly<Record<Kind, readonly Person[]>>
type Post = (path: string, body: object) => Promise<string>

async function asking(gateway: GatewayProcess, claims: DevelopmentClaims): Promise<Post> {
  const headers = {
    authorization: `Bearer ${await gateway.token(claims)}`,
    'content-type': 'application/json',
    ...(claims.sub !== undefined && { 'purpose-of-use': 'OFFENDER_MANAGEMENT' }),
  }
  return async (path, body) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (response.status !== 200)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.text()
  }
}

/** All of another prison; every other one has a case in probation that is restricted. */
async function load(gateway: GatewayProcess): Promise<People> {
  const prison = await asking(gateway, { roles: ['PRISON_SYSTEM'], client_id: 'bench-prison' })
  const probation = await asking(gateway, {
    roles: ['PROBATION_SYSTEM'],
    client_id: 'bench-probation',
    agency: 'N07',
  })
  const numbers = Array.from({ length: PEOPLE }, (_, person) => prisonerDocument(person, 1).prisonerNumber)
  const ids = await push(
    prison,
    'prisoner-search',
    numbers.map((_, person) => prisonerDocument(person, 1)),
  )
  const cases = numbers.map((nomsNumber, person) => caseOf(person, nomsNumber))
  await push(probation, 'probation-search', cases)
  for (const [i, { otherIds }] of cases.entries())
    if (i % 2 === 1) await push(probation, `access-limitations?crn=${otherIds.crn}`, [RESTRICTED])
  const session = await gateway.session()
  await session.query('vacuum analyze')
  const people = numbers.map((prisonNumber, i) => ({ prisonNumber, id: ids[i] ?? '' }))
  return {
    hidden: people.filter((_, i) => i % 2 === 0),
    restricted: people.filter((_, i) => i % 2 === 1),
    absent: people.map(({ id }, i) => ({ id: absentId(id), prisonNumber: `Z${1000 + i}ZZ` })),
  }
}

const RESTRICTED = { excludedFrom: [], restrictedTo: [{ username: 'somebody.else' }] }

function caseOf(person: number, nomsNumber: string) {
  const { firstName, lastName, dateOfBirth } = prisonerDocument(person, 1)
  return {
    otherIds: { crn: `B${100_000 + person}`, nomsNumber },
    firstName,
    surname: lastName,
    dateOfBirth,
    offenderManagers: [],
  }
}

/** An id of the same time, which nobody has. */
function absentId(id: string): string {
  return `${id.slice(0, 24)}${id.slice(24).replace(/./g, (digit) => (15 - parseInt(digit, 16)).toString(16))}`
}

const BATCH = 100

async function push(post: Post, format: string, documents: readonly object[]): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < documents.length; i += BATCH) {
    const body = format.includes('?') ? documents[i] : documents.slice(i, i + BATCH)
    const answer = JSON.parse(await post(`/ingest/${format}`, body ?? {})) as {
      results: { outcome: string; offenderId: string }[]
    }
    const wrong = answer.results.find(({ outcome }) => outcome !== 'APPLIED')
    if (wrong) throw new Error(`a document became ${JSON.stringify(wrong)}`)
    ids.push(...answer.results.map(({ offenderId }) => offenderId))
  }
  return ids
}

type Measured = ReadonlyMap<string, readonly number[]>

/** One of each kind by one way at a time, in an order drawn by lot. */
async function measure(post: Post, people: People, pairs: number): Promise<Measured> {
  const measured = new Map<string, number[]>()
  for (let i = 0; i < pairs; i += 1) {
    for (const [kind, way] of shuffled(KINDS.flatMap((kind) => WAYS.map((way) => [kind, way] as const)))) {
      const person = people[kind][Math.floor(Math.random() * people[kind].length)]
      const times = measured.get(`${way} ${kind}`) ?? []
      measured.set(`${way} ${kind}`, times)
      const begun = performance.now()
      const text = await post('/graphql', { query: QUERY, variables: { by: { [way]: person?.[way] } } })
      times.push(performance.now() - begun)
      if (!text.includes('"offender" : null')) throw new Error(`${kind} by ${way} was answered ${text}`)
    }
  }
  return measured
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, lot: Math.random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ item }) => item)
}

function linesOf(measured: Measured): OracleLine[] {
  const of = (way: Way, kind: Kind) => measured.get(`${way} ${kind}`) ?? []
  return WAYS.flatMap((way) =>
    KINDS.map((kind) => ({
      way,
      kind,
      at: percentiles(of(way, kind)),
      ratio: median(of(way, kind)) / median(of(way, 'absent')),
      comparison: mannWhitney(of(way, 'absent'), of(way, kind)),
    })),
  )
}

const MAY_DIFFER = 0.05

/** A table for people, and whether every median lies near enough to that of those who are absent. */
export function oracleReport(lines: readonly OracleLine[], { pairs }: OracleOptions): string {
  const rows = lines.map(
    ({ way, kind, at, ratio, comparison: { superiority, p } }) =>
      `| ${way} | ${kind} | ${at.map((ms) => ms.toFixed(2)).join(' | ')} | ${ratio.toFixed(3)} | ${superiority.toFixed(3)} | ${p.toFixed(3)} |`,
  )
  const isNear = lines.every(({ ratio }) => Math.abs(ratio - 1) <= MAY_DIFFER)
  return [
    `A prison officer asks for people of another prison, restricted people of another prison and nobody, ${pairs} times each, by id and by number, in an order drawn by lot. Milliseconds to the end of the answer.`,
    '',
    `| by | who | ${PERCENTILES.map((share) => `p${share * 100}`).join(' | ')} | median to absent | slower than absent | p (Mann-Whitney) |`,
    `| --- | --- | ${PERCENTILES.map(() => '---:').join(' | ')} | ---: | ---: | ---: |`,
    ...rows,
    '',
    `Medians ${isNear ? 'lie within' : 'differ by more than'} ${MAY_DIFFER * 100} %.`,
    '',
  ].join('\n')
}
