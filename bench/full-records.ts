import type { Client } from 'pg'
import type { GatewayProcess } from './gateway-process'

/** What the population lacks of a record as it is after years of custody and supervision. */
interface Person {
  readonly id: string
  readonly given: string
  readonly family: string
  readonly born: string
  readonly prison_number: string | null
  readonly assessments: number
}

type Fact = Readonly<Record<string, unknown>>

const BATCH = 500

/**
 * Gives everybody 3 to 8 assessments in all, a sentence, a licence with six conditions, a release plan and, where they
 * were in prison, two alerts: pushed by the systems that state them.
 */
export async function fillRecords(
  gateway: GatewayProcess,
  owner: Client,
  tell: (line: string) => void,
): Promise<void> {
  const { rows } = await owner.query<Person>(
    `select o.id, o.given_name as given, o.family_name as family, o.date_of_birth::text as born,
       (select min(i.value) from record.identifier i where i.offender_id = o.id and i.type = 'PRISON_NUMBER' and i.valid) as prison_number,
       (select count(*) from record.assessment a where a.offender_id = o.id)::integer as assessments
     from record.offender o where o.joined_into is null and o.given_name is not null and o.family_name is not null and o.date_of_birth is not null
     order by o.id`,
  )
  const prison = await pusher(gateway, { roles: ['PRISON_SYSTEM'], client_id: 'bench-prison' })
  const probation = await pusher(gateway, { roles: ['PROBATION_SYSTEM'], client_id: 'bench-probation' })
  for (const [n, person] of rows.entries()) {
    for (const fact of ofProbation(person, n)) await probation.add(person.id, fact)
    for (const fact of ofPrison(person, n)) await prison.add(person.id, fact)
    if ((n + 1) % 5000 === 0) tell(`  ${n + 1} of ${rows.length} records filled`)
  }
  await probation.flush()
  await prison.flush()
}

const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH'] as const

function ofProbation(person: Person, n: number): Fact[] {
  const wanted = 3 + (n % 6)
  const level = (i: number) => LEVELS[(n + i) % LEVELS.length]
  const assessments = Array.from({ length: Math.max(0, wanted - person.assessments) }, (_, i) => ({
    assessment: {
      localId: `bench-${n}-${i}`,
      tool: 'LAYER3',
      status: 'COMPLETE',
      completedAt: `20${String(12 + i)}-0${1 + (n % 9)}-1${i}T10:00:00Z`,
      rosh: {
        overall: level(i),
        community: {
          children: level(i),
          public: level(i + 1),
          knownAdult: level(i + 2),
          staff: level(i + 3),
        },
        custody: {
          children: level(i + 1),
          public: level(i),
          knownAdult: level(i + 3),
          staff: level(i + 2),
          prisoners: level(i),
        },
        whoIsAtRisk: 'Known adults and children of families whom he befriends; staff less so.',
        natureOfRisk: 'Serious physical and emotional harm through sexual assault after a time of grooming.',
      },
      predictors: [
        { name: 'OGRS3', version: '1', score: 10 + (n % 60), band: 'MEDIUM' },
        { name: 'OVP', version: '1', score: 8 + (n % 50), band: 'LOW' },
        { name: 'OSP/C', version: '1', score: 4 + (n % 8), band: 'HIGH' },
        { name: 'OSP/I', version: '1', score: 2 + (n % 4), band: 'MEDIUM' },
      ],
    },
  }))
  const conditions = Array.from({ length: 6 }, (_, i) => ({
    type: 'AP',
    kind: 'STANDARD',
    number: String(i + 1),
    text: `Condition ${i + 1}: to keep to what the supervising officer says of where to live, work and go.`,
  }))
  return [
    ...assessments,
    { licence: { localId: `bench-${n}`, type: 'AP', status: 'ACTIVE', startsOn: '2026-03-02', conditions } },
    { releasePlan: { status: 'AGREED', plannedReleaseOn: '2027-02-01', homeArea: 'Durham' } },
  ]
}

function ofPrison({ given, family, born, prison_number }: Person, n: number): Fact[] {
  const imposedOn = `2019-0${1 + (n % 9)}-12`
  const sentence = {
    sequence: 1,
    type: 'ADIMP',
    imposedOn,
    length: '8 years',
    custodial: true,
    court: 'Durham Crown Court',
  }
  const alerts = [
    { code: 'XA', type: 'X', description: 'Arsonist', since: imposedOn },
    { code: 'HA', type: 'H', description: 'ACCT open', since: imposedOn },
  ]
  if (prison_number === null) return []
  const person = { given, family, dateOfBirth: born }
  return [{ sentences: [sentence] }, { prisonRecord: { prisonNumber: prison_number, person, alerts } }]
}

/** One system that pushes, in batches. */
async function pusher(gateway: GatewayProcess, claims: Parameters<GatewayProcess['token']>[0]) {
  const token = await gateway.token(claims)
  const updates: object[] = []
  const flush = async () => {
    if (updates.length === 0) return
    const body = { query: PUSH, variables: { input: { updates: updates.splice(0) } } }
    const { pushCaseUpdates } = await asked<Pushed>(gateway, { authorization: `Bearer ${token}` }, body)
    const amiss = pushCaseUpdates.results.find(({ outcome }) => outcome !== 'APPLIED')
    if (amiss) throw new Error(`what fills the records was not applied: ${JSON.stringify(amiss)}`)
  }
  const add = async (id: string, fact: Fact) => {
    updates.push({ person: { id }, fact })
    if (updates.length === BATCH) await flush()
  }
  return { add, flush }
}

const PUSH = `mutation($input: PushCaseUpdatesInput!) {
  pushCaseUpdates(input: $input) { results { outcome errors { code message } } }
}`

interface Pushed {
  readonly pushCaseUpdates: { readonly results: readonly { readonly outcome: string }[] }
}

const DECISIONS = 25

/** Decides 0 to 4 levels for each, one after the other. */
export async function decideLevels(
  gateway: GatewayProcess,
  owner: Client,
  offenders: readonly string[],
  agency: string,
): Promise<void> {
  const { rows } = await owner.query<{ area: string }>(
    'select a.area from record.mappa_area_agency a where a.agency = $1 order by a.area limit 1',
    [agency],
  )
  const token = await gateway.token({
    roles: ['MAPPA_COORDINATOR'],
    sub: 'bench-coordinator',
    agency,
    mappa_area: rows[0]?.area ?? '',
  })
  const headers = { authorization: `Bearer ${token}`, 'purpose-of-use': 'MAPPA' }
  const inputs = offenders.flatMap((id, n) =>
    Array.from({ length: n % 5 }, (_, i) => decision(id, i, rows[0]?.area ?? '')),
  )
  for (let from = 0; from < inputs.length; from += DECISIONS) {
    const some = inputs.slice(from, from + DECISIONS)
    const names = some.map((_, i) => `$i${i}: MappaLevelInput!`).join(', ')
    const roots = some.map((_, i) => `d${i}: recordMappaLevel(input: $i${i}) { revision }`).join(' ')
    const variables = Object.fromEntries(some.map((input, i) => [`i${i}`, input]))
    await asked(gateway, headers, { query: `mutation(${names}) { ${roots} }`, variables })
  }
}

function decision(id: string, nth: number, area: string): Fact {
  const today = new Date().toISOString().slice(0, 10)
  return {
    offender: { id },
    category: 1,
    level: nth % 2 === 0 ? 2 : 3,
    levelStatus: 'CONFIRMED',
    effectiveOn: today,
    nextReviewOn: today,
    forum: nth % 2 === 0 ? 'LEVEL_2_MEETING' : 'LEVEL_3_MEETING',
    rationale:
      'The risk needs several agencies at once, who agreed what each of them does and when they meet again.',
    assessments: [],
    area,
  }
}

async function asked<T>(
  { url }: GatewayProcess,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const { data, errors } = (await response.json()) as { data?: T | null; errors?: unknown }
  if (!data || errors !== undefined) throw new Error(`no data: ${JSON.stringify(errors)}`)
  return data
}
