import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import request from 'supertest'
import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  await record.end()
  await t.close()
})

interface Envelope {
  readonly messageId?: string
  readonly observedAt?: string
  readonly version?: number
  readonly person?: object
}

const inEnvelope = (payload: unknown, envelope: Envelope) => ({ ...envelope, payload })

async function pushOne(as: As, format: string, body: unknown, query = ''): Promise<ItemAnswer> {
  const { results } = await t.ingest(as, format, body, query)
  expect(results).toHaveLength(1)
  return results[0]!
}

async function outcomes(as: As, format: string, bodies: readonly unknown[]): Promise<string[]> {
  return (await t.ingest(as, format, bodies)).results.map(({ outcome }) => outcome)
}

async function rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await record.query<Record<string, unknown>>(text, values)).rows
}

async function revision(): Promise<number> {
  return Number((await rows('select value from record.revision_counter'))[0]?.['value'])
}

const custodyOf = async (prisonNumber: string) =>
  (
    await rows(
      `select c.establishment_code as code from record.custody_ever c join record.source_record sr on sr.id = c.source_record_id
       where sr.local_id = $1 order by c.revision, c.ordinal`,
      prisonNumber,
    )
  ).map(({ code }) => code)

const keptOf = (messageId: string) =>
  rows('select outcome, payload, warnings, at from record.received where message_id = $1', messageId)

async function lastPush(): Promise<Record<string, unknown> | undefined> {
  const [row] = await rows(
    `select l.kind, l.outcome, l.viewer, l.purpose from journal.lookup l
     where l.kind in ('PUSH', 'REFUSAL') order by l.log desc, l.index desc limit 1`,
  )
  return row
}

describe('with a message id', () => {
  const at = (minute: number) => `2026-05-01T10:${String(minute).padStart(2, '0')}:00Z`

  test('a new document is applied, and the same again is a duplicate that changes nothing', async () => {
    const item = inEnvelope(aPrisoner('A1000AA'), { messageId: 'id-1', observedAt: at(0) })
    const first = await t.ingest(PRISON, 'prisoner-search', item)
    expect(first.results).toEqual([
      {
        index: 0,
        messageId: 'id-1',
        outcome: 'APPLIED',
        offenderId: expect.any(String),
        errors: [],
        warnings: expect.any(Array),
      },
    ])
    const again = await t.ingest(PRISON, 'prisoner-search', item)
    expect(again.results[0]).toMatchObject({
      outcome: 'DUPLICATE',
      messageId: 'id-1',
      offenderId: first.results[0]?.offenderId,
    })
    expect(again.revision).toBe(first.revision)
    expect(await keptOf('id-1')).toHaveLength(1)
  })

  test('the same id with other content is a conflict of which nothing is applied', async () => {
    await pushOne(PRISON, 'prisoner-search', inEnvelope(aPrisoner('A1001AA'), { messageId: 'id-2' }))
    const before = await revision()
    const answer = await pushOne(
      PRISON,
      'prisoner-search',
      inEnvelope(aPrisoner('A1001AA', { prisonId: 'LEI' }), { messageId: 'id-2' }),
    )
    expect(answer).toMatchObject({ outcome: 'CONFLICT', errors: [{ code: 'CONFLICT', path: 'messageId' }] })
    expect(await custodyOf('A1001AA')).toEqual(['MDI'])
    expect(await revision()).toBe(before)
  })

  test('the same id twice in one batch is a duplicate or a conflict too', async () => {
    const item = inEnvelope(aPrisoner('A1002AA'), { messageId: 'id-3' })
    const other = inEnvelope(aPrisoner('A1002AA', { prisonId: 'LEI' }), { messageId: 'id-3' })
    expect(await outcomes(PRISON, 'prisoner-search', [item, item, other])).toEqual([
      'APPLIED',
      'DUPLICATE',
      'CONFLICT',
    ])
  })

  test('two clients may use the same id', async () => {
    const item = inEnvelope(aPrisoner('A1003AA'), { messageId: 'id-4', observedAt: at(0) })
    expect(await outcomes(PRISON, 'prisoner-search', [item])).toEqual(['APPLIED'])
    const other = inEnvelope(aPrisoner('A1003AA', { prisonId: 'LEI' }), {
      messageId: 'id-4',
      observedAt: at(1),
    })
    expect(await outcomes({ ...PRISON, client: 'other-prisons' }, 'prisoner-search', [other])).toEqual([
      'APPLIED',
    ])
  })

  test.each([
    ['one batch', 'A1004AA', 3],
    ['three batches', 'A1005AA', 1],
  ])('MDI, LEI, MDI in %s are three facts', async (_, prisonNumber, size) => {
    const stays = ['MDI', 'LEI', 'MDI'].map((prisonId, i) =>
      inEnvelope(aPrisoner(prisonNumber, { prisonId, prisonName: prisonId }), {
        messageId: `${prisonNumber}-${i}`,
        observedAt: at(i),
      }),
    )
    const answered: string[] = []
    for (let from = 0; from < stays.length; from += size) {
      answered.push(...(await outcomes(PRISON, 'prisoner-search', stays.slice(from, from + size))))
    }
    expect(answered).toEqual(['APPLIED', 'APPLIED', 'APPLIED'])
    expect(await custodyOf(prisonNumber)).toEqual(['MDI', 'LEI', 'MDI'])
    const history = await rows(
      `select h.establishment_code from record.custody_history h join record.source_record sr on sr.id = h.source_record_id
       where sr.local_id = $1 order by h.superseded_revision, h.superseded_ordinal`,
      prisonNumber,
    )
    expect(history.map((row) => row['establishment_code'])).toEqual(['MDI', 'LEI'])
  })

  test('the message id of a queue’s envelope counts', async () => {
    const notification = {
      Type: 'Notification',
      MessageId: '6f1c1f0e-aaaa-4bbb-8ccc-0123456789ab',
      Timestamp: '2026-05-01T10:00:00.000Z',
      Message: JSON.stringify(aPrisoner('A1006AA')),
    }
    const first = await pushOne(PRISON, 'prisoner-search', notification)
    expect(first).toMatchObject({ outcome: 'APPLIED', messageId: notification.MessageId })
    expect(await pushOne(PRISON, 'auto', notification)).toMatchObject({ outcome: 'DUPLICATE' })
    const changed = {
      ...notification,
      Message: JSON.stringify(aPrisoner('A1006AA', { prisonId: 'LEI' })),
    }
    expect(await pushOne(PRISON, 'prisoner-search', changed)).toMatchObject({ outcome: 'CONFLICT' })
  })

  test('a whole import repeated is all duplicates, and the revision stays', async () => {
    const documents = Array.from({ length: 40 }, (_, i) =>
      inEnvelope(aPrisoner(`A11${String(i).padStart(2, '0')}BB`, { alerts: [anAlert('P1')] }), {
        messageId: `import-${i}`,
        observedAt: at(5),
      }),
    )
    expect(new Set(await outcomes(PRISON, 'prisoner-search', documents))).toEqual(new Set(['APPLIED']))
    const before = await revision()
    const again = await t.ingest(PRISON, 'prisoner-search', documents)
    expect(new Set(again.results.map(({ outcome }) => outcome))).toEqual(new Set(['DUPLICATE']))
    expect(again.revision).toBe(before)
    expect(await revision()).toBe(before)
  })
})

const anAlert = (alertCode: string) => ({ alertCode, alertType: alertCode.slice(0, 1), active: true })

describe('without a message id', () => {
  beforeAll(() => t.ingest(PROBATION, 'probation-search', [aCase('X200001')]))

  test('a document with a time of its own is a duplicate of any that equals it', async () => {
    expect(await outcomes(PROBATION, 'rosh-summary', [aRoshSummary('X200001', 2001)])).toEqual(['APPLIED'])
    const newer = aRoshSummary('X200001', 2001, {
      dateCompleted: '2026-06-04T10:00:00',
      riskPublicCommunity: 'High',
    })
    expect(await outcomes(PROBATION, 'rosh-summary', [newer])).toEqual(['APPLIED'])
    const before = await revision()
    const again = await pushOne(PROBATION, 'rosh-summary', aRoshSummary('X200001', 2001))
    expect(again).toMatchObject({ outcome: 'DUPLICATE', warnings: [] })
    expect(await revision()).toBe(before)
  })

  test('a document without one is a duplicate of the newest, and unknown in order where it was seen before', async () => {
    const inMoorland = aPrisoner('A2001AA')
    const inLeeds = aPrisoner('A2001AA', { prisonId: 'LEI' })
    expect(await outcomes(PRISON, 'prisoner-search', [inMoorland])).toEqual(['APPLIED'])
    expect(await outcomes(PRISON, 'prisoner-search', [inMoorland])).toEqual(['DUPLICATE'])
    expect(await outcomes(PRISON, 'prisoner-search', [inLeeds])).toEqual(['APPLIED'])
    const back = await pushOne(PRISON, 'prisoner-search', inMoorland)
    expect(back).toMatchObject({ outcome: 'APPLIED', warnings: [{ code: 'ORDER_UNKNOWN' }] })
    expect(await outcomes(PRISON, 'prisoner-search', [inMoorland])).toEqual(['DUPLICATE'])
    expect(await custodyOf('A2001AA')).toEqual(['MDI', 'LEI', 'MDI'])
  })

  test('content that comes again with a version needs no warning', async () => {
    const inMoorland = aPrisoner('A2002AA')
    const inLeeds = aPrisoner('A2002AA', { prisonId: 'LEI' })
    const answer = await t.ingest(PRISON, 'prisoner-search', [
      inEnvelope(inMoorland, { version: 1 }),
      inEnvelope(inLeeds, { version: 2 }),
      inEnvelope(inMoorland, { version: 3 }),
    ])
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED', 'APPLIED'])
    expect(answer.results[2]?.warnings).toEqual([])
  })

  test('a document observed twice at the same moment is a duplicate', async () => {
    const item = inEnvelope(aPrisoner('A2003AA'), { observedAt: '2026-05-01T10:00:00Z' })
    expect(await outcomes(PRISON, 'prisoner-search', [item])).toEqual(['APPLIED'])
    const later = inEnvelope(aPrisoner('A2003AA', { prisonId: 'LEI' }), {
      observedAt: '2026-05-02T10:00:00Z',
    })
    expect(await outcomes(PRISON, 'prisoner-search', [later, item])).toEqual(['APPLIED', 'DUPLICATE'])
  })

  test('what arrives in quick succession keeps the order of arrival', async () => {
    const stays = Array.from({ length: 30 }, (_, i) => aPrisoner('A2004AA', { cellLocation: `A-${i}` }))
    expect(new Set(await outcomes(PRISON, 'prisoner-search', stays))).toEqual(new Set(['APPLIED']))
    expect(await outcomes(PRISON, 'prisoner-search', [aPrisoner('A2004AA', { cellLocation: 'B' })])).toEqual([
      'APPLIED',
    ])
  })
})

/** Where the record said somebody was, in the order of its statements. */
async function statedCustody(prisonNumber: string): Promise<unknown[]> {
  const stated = await rows(
    `select c.body -> 'custody' -> 0 ->> 'establishment_code' as code
     from record.statement s join record.source_record sr on sr.id = s.source_record_id
     join record.content c on c.source_record_id = sr.id and c.fact = 'custody' and c.hash = s.facts ->> 'custody'
     where sr.local_id = $1 order by s.rank, s.version, s.at, s.digest`,
    prisonNumber,
  )
  return stated.map(({ code }) => code)
}

describe('older than what is held', () => {
  const stay = (prisonNumber: string, prisonId: string, envelope: Envelope) =>
    // Alerts state MAPPA, and of that late statements are history too.
    inEnvelope(aPrisoner(prisonNumber, { prisonId, alerts: null }), envelope)

  test.each<[string, string, Envelope, Envelope]>([
    ['by version', 'A3001AA', { version: 7 }, { version: 6 }],
    [
      'by the time it was observed',
      'A3002AA',
      { observedAt: '2026-05-02T10:00:00Z' },
      { observedAt: '2026-05-01T10:00:00Z' },
    ],
    [
      'by version, although observed later',
      'A3003AA',
      { version: 7, observedAt: '2026-05-01T10:00:00Z' },
      { version: 6, observedAt: '2026-05-02T10:00:00Z' },
    ],
  ])('is late %s, and becomes history', async (_, prisonNumber, newer, older) => {
    const applied = stay(prisonNumber, 'LEI', { ...newer, messageId: `${prisonNumber}-newer` })
    const late = stay(prisonNumber, 'MDI', { ...older, messageId: `${prisonNumber}-older` })
    expect(await outcomes(PRISON, 'prisoner-search', [applied])).toEqual(['APPLIED'])
    const before = await revision()
    expect(await outcomes(PRISON, 'prisoner-search', [late])).toEqual(['LATE'])
    expect(await custodyOf(prisonNumber)).toEqual(['LEI'])
    expect(await revision()).toBe(before + 1)
    const outcomesKept = [`${prisonNumber}-newer`, `${prisonNumber}-older`].map(
      async (id) => (await keptOf(id))[0],
    )
    expect(await Promise.all(outcomesKept)).toMatchObject([
      { outcome: 'APPLIED', payload: null },
      { outcome: 'LATE', payload: null },
    ])
    expect(await statedCustody(prisonNumber)).toEqual(['MDI', 'LEI'])
    expect(
      await rows(
        'select c.kind from record.change c where c.fact = $1 and c.revision = $2',
        'custody',
        before + 1,
      ),
    ).toEqual([{ kind: 'LATE' }])
  })

  test('is late by the event’s own time where nothing else says when', async () => {
    await t.ingest(PROBATION, 'probation-search', [aCase('X300001')])
    const newer = aRoshSummary('X300001', 3001, { dateCompleted: '2026-06-04T10:00:00' })
    const older = aRoshSummary('X300001', 3001, { riskPublicCommunity: 'Very High' })
    expect(await outcomes(PROBATION, 'rosh-summary', [newer])).toEqual(['APPLIED'])
    expect(await outcomes(PROBATION, 'rosh-summary', [older])).toEqual(['LATE'])
  })

  test('leaves the record with the organisation that the newest names', async () => {
    const agency = () => rows(`select agency from record.source_record where local_id = 'A3005AA'`)
    const newer = stay('A3005AA', 'LEI', { observedAt: '2026-05-02T10:00:00Z' })
    const older = stay('A3005AA', 'MDI', { observedAt: '2026-05-01T10:00:00Z' })
    expect(await outcomes(PRISON, 'prisoner-search', [newer, older])).toEqual(['APPLIED', 'LATE'])
    expect(await agency()).toEqual([{ agency: 'LEI' }])
  })

  test('equal moments end the same whichever comes first', async () => {
    const observedAt = '2026-05-01T10:00:00Z'
    const ends: unknown[] = []
    for (const order of [
      ['MDI', 'LEI', 'WTI'],
      ['WTI', 'LEI', 'MDI'],
      ['LEI', 'WTI', 'MDI'],
    ]) {
      const prisonNumber = 'A3006AA'
      await record.query(
        `truncate record.custody, record.newest, record.statement, record.content, record.received, record.quarantine, record.person, record.identifier, record.alert`,
      )
      for (const prisonId of order) {
        await pushOne(PRISON, 'prisoner-search', stay(prisonNumber, prisonId, { observedAt }))
      }
      const [row] = await rows('select establishment_code as code from record.custody')
      ends.push(row?.['code'])
    }
    expect(new Set(ends).size).toBe(1)
  })

  test('a time to come is not believed', async () => {
    const ahead = stay('A3007AA', 'MDI', { messageId: 'ahead', observedAt: '2999-01-01T00:00:00Z' })
    const later = stay('A3007AA', 'LEI', { messageId: 'after-ahead' })
    expect(await outcomes(PRISON, 'prisoner-search', [ahead])).toEqual(['APPLIED'])
    expect(await outcomes(PRISON, 'prisoner-search', [later])).toEqual(['APPLIED'])
    expect(await custodyOf('A3007AA')).toEqual(['MDI', 'LEI'])
    expect(new Date(String((await keptOf('ahead'))[0]?.['at'])).getTime()).toBeLessThan(Date.now() + 600_000)
  })
})

describe('rejected', () => {
  const NOT_OWNER = {
    outcome: 'REJECTED',
    offenderId: null,
    errors: expect.arrayContaining([expect.objectContaining({ code: 'NOT_OWNER' })]),
  }

  beforeAll(() =>
    t.ingest(PROBATION, 'probation-search', [
      aCase('X400001'),
      aCase('X400002', {
        offenderManagers: [aManager({ staff: 'C05XYZ1', team: 'C05XYZ', provider: 'C05' })],
      }),
    ]),
  )

  test('is a body that is not JSON, and what lacks a body', async () => {
    expect(await pushOne(PRISON, 'prisoner-search', '{"prisonerNumber": "A1')).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'NOT_JSON' }],
    })
    expect(await lastPush()).toMatchObject({ kind: 'PUSH', outcome: 'REJECTED', viewer: 'prison-system' })
    expect(await pushOne(PRISON, 'prisoner-search', '')).toMatchObject({ outcome: 'REJECTED' })
  })

  test.each<[string, As, string, object, string]>([
    ['a prison on MAPPA', PRISON, 'mappa-detail', { level: 2, category: 2 }, '?crn=X400001'],
    ['probation on a prisoner', PROBATION, 'prisoner-search', aPrisoner('A4001AA'), ''],
    ['a CRC on MAPPA', CRC, 'mappa-detail', { level: 2, category: 2 }, '?crn=X400002'],
    [
      'a CRC on registrations and who holds a case',
      CRC,
      'probation-search',
      aCase('X400002', { mappa: { level: 1, category: 2 } }),
      '',
    ],
    ['a CRC on limits', CRC, 'access-limitations', { excludedFrom: [] }, '?crn=X400002'],
  ])('is what the sender may not state: %s', async (_, as, format, body, query) => {
    const before = await revision()
    const answer = await pushOne(as, format, body, query)
    expect(answer).toMatchObject(NOT_OWNER)
    expect(answer.errors[0]?.message.length).toBeGreaterThan(20)
    expect(await revision()).toBe(before)
    expect(await lastPush()).toMatchObject({ kind: 'PUSH', outcome: 'REJECTED', purpose: 'SYSTEM_UPDATE' })
  })

  test('a CRC assesses the cases it holds, and others and unknown people are refused alike', async () => {
    expect(await pushOne(CRC, 'rosh-summary', aRoshSummary('X400002', 4001))).toMatchObject({
      outcome: 'APPLIED',
    })
    const anothers = await pushOne(CRC, 'rosh-summary', aRoshSummary('X400001', 4002))
    const unknown = await pushOne(CRC, 'rosh-summary', aRoshSummary('X499999', 4003))
    expect(anothers).toMatchObject(NOT_OWNER)
    expect(unknown).toEqual(anothers)
    expect(await lastPush()).toMatchObject({ kind: 'PUSH', outcome: 'REJECTED', viewer: 'crc-system' })
  })

  test('a CRC learns nothing from sending what another has sent before', async () => {
    const document = aRoshSummary('X400001', 4004)
    expect(await pushOne(PROBATION, 'rosh-summary', document)).toMatchObject({ outcome: 'APPLIED' })
    expect(await pushOne(CRC, 'rosh-summary', document)).toMatchObject(NOT_OWNER)
  })

  test('a fault of the envelope rejects the item and names the field', async () => {
    const payload = aPrisoner('A4002AA')
    const answer = await t.ingest(PRISON, 'prisoner-search', [
      { payload, version: -1 },
      { payload, version: 'seven' },
      { payload, person: { crn: 'X1', pnc: '02/73319Z' } },
      { payload, person: 'A4002AA' },
      { payload, observedAt: 'yesterday' },
      { payload, messageId: { a: 1 } },
      { payload, messageId: 'x'.repeat(5000) },
    ])
    expect(answer.results.map(({ outcome, errors }) => [outcome, errors[0]?.path])).toEqual([
      ['REJECTED', 'version'],
      ['REJECTED', 'version'],
      ['REJECTED', 'person'],
      ['REJECTED', 'person'],
      ['REJECTED', 'observedAt'],
      ['REJECTED', 'messageId'],
      ['REJECTED', 'messageId'],
    ])
    expect(await rows(`select from record.source_record where local_id = 'A4002AA'`)).toHaveLength(0)
  })
})

describe('quarantined', () => {
  const kept = async (messageId: string) => (await keptOf(messageId))[0]

  test('is a document about somebody unknown, tried again by itself when the person appears', async () => {
    const rosh = inEnvelope(aRoshSummary('X500001', 5001), { messageId: 'waits-1' })
    const mappa = inEnvelope({ level: 2, category: 1 }, { messageId: 'waits-2', person: { crn: 'X500001' } })
    const before = await revision()
    const answers = [
      await pushOne(PROBATION, 'rosh-summary', rosh),
      await pushOne(PROBATION, 'mappa-detail', mappa),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ outcome: 'QUARANTINED', errors: [{ code: 'PERSON_UNKNOWN' }] })
      expect(answer.errors[0]?.message).toMatch(/kept and tried again when the person appears/)
    }
    expect(await revision()).toBe(before)
    expect(JSON.parse(String((await kept('waits-1'))?.['payload']))).toMatchObject({ assessmentPk: 5001 })
    expect(await pushOne(PROBATION, 'rosh-summary', rosh)).toMatchObject({ outcome: 'DUPLICATE' })
    const person = await pushOne(PROBATION, 'probation-search', aCase('X500001'))
    expect(await kept('waits-1')).toMatchObject({ outcome: 'APPLIED', payload: null })
    expect(await kept('waits-2')).toMatchObject({ outcome: 'APPLIED' })
    const held = await rows(
      `select (select count(*)::int from record.assessment where offender_id = $1) as assessments,
         (select level from record.mappa_level where offender_id = $1 and upper_inf(period)) as level`,
      person.offenderId,
    )
    expect(held).toEqual([{ assessments: 1, level: 2 }])
    expect(await pushOne(PROBATION, 'rosh-summary', rosh)).toMatchObject({
      outcome: 'DUPLICATE',
      offenderId: person.offenderId,
    })
  })

  test('keeps its place in the order while it waits', async () => {
    await pushOne(PROBATION, 'rosh-summary', aRoshSummary('X500002', 5002))
    await pushOne(PROBATION, 'probation-search', aCase('X500002'))
    const newer = aRoshSummary('X500002', 5002, {
      dateCompleted: '2026-06-04T10:00:00',
      riskPublicCommunity: 'Very High',
    })
    expect(await pushOne(PROBATION, 'rosh-summary', newer)).toMatchObject({ outcome: 'APPLIED' })
  })

  test('is a document that fits two people', async () => {
    await t.ingest(PRISON, 'prisoner-search', [
      aPrisoner('A5003AA', { pncNumber: '81/34U' }),
      aPrisoner('A5004AA', { pncNumber: '1981/0000034U' }),
    ])
    const answer = await pushOne(
      PROBATION,
      'mappa-detail',
      inEnvelope({ level: 1, category: 1 }, { messageId: 'fits-two', person: { pnc: '81/34U' } }),
    )
    expect(answer).toMatchObject({ outcome: 'QUARANTINED', errors: [{ code: 'PERSON_AMBIGUOUS' }] })
    expect(answer.errors[0]?.message).toMatch(/more than one person.*data steward/)
    expect(await kept('fits-two')).toMatchObject({ outcome: 'QUARANTINED', payload: expect.any(String) })
  })

  test('is a document whose own number is on record as another person’s', async () => {
    await t.ingest(PROBATION, 'probation-search', [aCase('X500003'), aCase('X500004')])
    await pushOne(PROBATION, 'rosh-summary', aRoshSummary('X500003', 5003))
    const answer = await pushOne(PROBATION, 'rosh-summary', aRoshSummary('X500004', 5003))
    expect(answer).toMatchObject({ outcome: 'QUARANTINED', errors: [{ code: 'PERSON_AMBIGUOUS' }] })
    expect(answer.errors[0]?.message).toMatch(/its own number .* another person’s/)
  })

  test('is told that it waits for nobody where it names nobody by a valid number', async () => {
    const answer = await pushOne(PROBATION, 'rosh-summary', aRoshSummary('X50', 5004))
    expect(answer).toMatchObject({ outcome: 'QUARANTINED', errors: [{ code: 'PERSON_UNKNOWN' }] })
    expect(answer.errors[0]?.message).toMatch(/nobody by a valid identifier/)
  })

  test.each<[string, string, unknown, RegExp]>([
    ['of no shape we know', 'auto', { colour: 'green' }, /shape of none of the formats/],
    ['of another shape than its format', 'mappa-detail', { level: { a: 1 }, crn: 'X1' }, /another shape/],
    ['that names nobody', 'mappa-detail', { level: 1, category: 1 }, /names nobody/],
    ['that is no object', 'mappa-detail', [[1, 2]], /must be a JSON object/],
  ])('is a document %s, with a message that a person understands', async (_, format, body, message) => {
    const answer = await pushOne(PROBATION, format, body)
    expect(answer.outcome).toBe('QUARANTINED')
    expect(answer.errors[0]?.message).toMatch(message)
    expect(answer.errors[0]?.message.length).toBeGreaterThanOrEqual(20)
    const [row] = await rows('select payload from record.received order by id desc limit 1')
    expect(JSON.parse(String(row?.['payload']))).toEqual(Array.isArray(body) ? body[0] : body)
  })

  test('a kept item that cannot be stored does not harm the person it waits for', async () => {
    const poison = inEnvelope(aRoshSummary('X500005', 5005, { assessmentPk: incompressible(9000) }), {
      messageId: 'poison',
    })
    expect(await pushOne(PROBATION, 'rosh-summary', poison)).toMatchObject({ outcome: 'QUARANTINED' })
    const sound = inEnvelope(aRoshSummary('X500005', 5006), { messageId: 'sound' })
    expect(await pushOne(PROBATION, 'rosh-summary', sound)).toMatchObject({ outcome: 'QUARANTINED' })
    expect(await pushOne(PROBATION, 'probation-search', aCase('X500005'))).toMatchObject({
      outcome: 'APPLIED',
      errors: [],
    })
    expect(await kept('sound')).toMatchObject({ outcome: 'APPLIED' })
    expect(await kept('poison')).toMatchObject({ outcome: 'QUARANTINED', payload: expect.any(String) })
  })
})

/** Text that PostgreSQL cannot make short enough for an index. */
function incompressible(length: number): string {
  let seed = 7
  return Array.from({ length }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return (seed % 36).toString(36)
  }).join('')
}

describe('one bad item never harms its neighbours', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

  test.each<[string, string, string[]]>([
    ['text with U+0000', JSON.stringify(aPrisoner('A6000AA', { lastName: 'Nu\u0000l' })), ['APPLIED']],
    ['half a surrogate pair', JSON.stringify(aPrisoner('A6001AA', { lastName: 'Half\ud800' })), ['APPLIED']],
    ['half a pair in its number', JSON.stringify(aPrisoner('A60\ud80002', {})), ['APPLIED', 'QUARANTINED']],
    ['the year 99999', JSON.stringify(aPrisoner('A6003AA', { receptionDate: '99999-01-01' })), ['APPLIED']],
    [
      'a moment past the year 9999',
      JSON.stringify(
        inEnvelope(aPrisoner('A6004AA'), {
          observedAt: '9999-12-31T23:59:59-18:00',
        }),
      ),
      ['APPLIED'],
    ],
    [
      'the same without a shape we know',
      JSON.stringify(inEnvelope({ colour: 1 }, { observedAt: '9999-12-31T23:59:59-18:00' })),
      ['QUARANTINED'],
    ],
    [
      'half a pair in its message id',
      JSON.stringify(inEnvelope(aPrisoner('A6005AA'), { messageId: 'half\udc00' })),
      ['APPLIED'],
    ],
    ['a number too long for an index', JSON.stringify(aPrisoner(incompressible(9000))), ['QUARANTINED']],
    ['nesting without end', `{"prisonerNumber":"A6006AA","more":${deep(50_000)}}`, ['REJECTED']],
    ['a number beyond numbers', '{"prisonerNumber":"A6007AA","firstName":"A","version":1e400}', ['APPLIED']],
    ['null', 'null', ['QUARANTINED']],
    ['a text', '"A6008AA"', ['QUARANTINED']],
  ])('%s', async (name, bad, allowed) => {
    const tag = String.fromCharCode(65 + (name.length % 26), 65 + (bad.length % 26))
    const before = JSON.stringify(aPrisoner(`B1000${tag}`))
    const after = JSON.stringify(aPrisoner(`B2000${tag}`))
    const { results } = await t.ingest(PRISON, 'prisoner-search', `[${before},${bad},${after}]`)
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2])
    expect([results[0]?.outcome, results[2]?.outcome]).toEqual(['APPLIED', 'APPLIED'])
    expect(allowed).toContain(results[1]?.outcome)
    if (results[1]?.outcome !== 'APPLIED') {
      expect(results[1]?.errors[0]?.message.length).toBeGreaterThanOrEqual(20)
    }
  })

  test('a list that names one assessment twice', async () => {
    await t.ingest(PROBATION, 'probation-search', [aCase('X600001'), aCase('X600002')])
    const twice = {
      crn: 'X600001',
      assessments: [
        aRoshSummary('X600001', 6001),
        aRoshSummary('X600001', 6001, { riskStaffCustody: 'High' }),
      ],
    }
    const { results } = await t.ingest(PROBATION, 'rosh-summary', [twice, aRoshSummary('X600002', 6002)])
    expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED'])
  })
})

describe('the revision', () => {
  test('moves when something changed and only then', async () => {
    const start = await revision()
    const silent = { alerts: null }
    const first = await t.ingest(PRISON, 'prisoner-search', aPrisoner('A7001AA', silent))
    expect(first.revision).toBe(start + 1)
    const same = inEnvelope(aPrisoner('A7001AA', silent), { messageId: 'same-again' })
    const second = await t.ingest(PRISON, 'prisoner-search', [same])
    expect(second.results[0]?.outcome).toBe('APPLIED')
    expect(second.revision).toBe(start + 1)
    const changed = await t.ingest(PRISON, 'prisoner-search', aPrisoner('A7001AA', { prisonId: 'LEI' }))
    expect(changed.revision).toBe(start + 2)
    expect((await t.ingest(PRISON, 'prisoner-search', [])).revision).toBe(start + 2)
  })

  test('a batch is one revision, and rows that stay the same keep theirs', async () => {
    const documents = ['A7002AA', 'A7003AA'].map((number) => aPrisoner(number, { alerts: [anAlert('X1')] }))
    const { revision: first } = await t.ingest(PRISON, 'prisoner-search', documents)
    await t.ingest(PRISON, 'prisoner-search', [
      aPrisoner('A7002AA', { alerts: [anAlert('X1'), anAlert('X2')] }),
    ])
    const alerts = await rows(
      `select a.code, a.revision::int as revision from record.alert a join record.source_record sr on sr.id = a.source_record_id
       where sr.local_id = 'A7002AA' order by a.code`,
    )
    expect(alerts).toEqual([
      { code: 'X1', revision: first },
      { code: 'X2', revision: first + 1 },
    ])
  })
})

describe('what a supplier says', () => {
  test('is kept raw with a validity flag, also where it breaks its rule', async () => {
    const answer = await pushOne(
      PRISON,
      'prisoner-search',
      aPrisoner('A8001AA', { pncNumber: '12/394773W', croNumber: '85227/65G' }),
    )
    const identifiers = await rows(
      'select type, raw, value, valid from record.identifier where offender_id = $1 order by type',
      answer.offenderId,
    )
    expect(identifiers).toEqual([
      { type: 'CRO', raw: '85227/65G', value: '85227/65G', valid: false },
      { type: 'PNC', raw: '12/394773W', value: '12/394773W', valid: false },
      { type: 'PRISON_NUMBER', raw: 'A8001AA', value: 'A8001AA', valid: true },
    ])
  })

  test('of an organisation that is new to us is taken in and reported once', async () => {
    const first = await pushOne(PRISON, 'prisoner-search', aPrisoner('A8002AA', { prisonId: 'ZZI' }))
    expect(first).toMatchObject({ outcome: 'APPLIED', warnings: [{ code: 'NEW_ORGANISATION' }] })
    expect(first.warnings[0]?.message).toContain('ZZI')
    const second = await pushOne(PRISON, 'prisoner-search', aPrisoner('A8003AA', { prisonId: 'ZZI' }))
    expect(second).toMatchObject({ outcome: 'APPLIED', warnings: [] })
    expect(await rows(`select type from record.organisation where code = 'ZZI'`)).toEqual([
      { type: 'UNKNOWN' },
    ])
  })

  test('in a payload that names nobody is of whom the address names', async () => {
    const { results } = await t.ingest(PROBATION, 'probation-search', [
      aCase('X800001', { otherIds: { crn: 'X800001', nomsNumber: 'A8004AA' } }),
    ])
    const byCrn = await pushOne(PROBATION, 'mappa-detail', { level: 1, category: 2 }, '?crn=x800001')
    const byNumber = await pushOne(
      PROBATION,
      'rosh-summary',
      { ...aRoshSummary('', 8001), crn: undefined },
      '?prisonNumber=A8004AA',
    )
    expect([byCrn, byNumber]).toMatchObject([
      { outcome: 'APPLIED', offenderId: results[0]?.offenderId },
      { outcome: 'APPLIED', offenderId: results[0]?.offenderId },
    ])
    const another = await pushOne(PROBATION, 'rosh-summary', aRoshSummary('X800001', 8002), '?crn=X899999')
    expect(another).toMatchObject({ outcome: 'QUARANTINED' })
  })

  test('may come under the format auto', async () => {
    const prisoner = await t.ingest(PRISON, 'auto', [aPrisoner('A8005AA'), aPrisoner('A8006AA')])
    expect(prisoner.results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED'])
    const probation = await t.ingest(PROBATION, 'auto', [aCase('X800002'), aRoshSummary('X800002', 8003)])
    expect(probation.results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED'])
  })

  test('may come as a page of a search', async () => {
    const page = { content: [aPrisoner('A8007AA'), aPrisoner('A8008AA')], totalElements: 2 }
    expect((await t.ingest(PRISON, 'prisoner-search', page)).results).toHaveLength(2)
  })
})

/** Each born on a day of their own, lest every one of them be suspected to be all the others. */
function oneOfMany(letter: string, i: number): Record<string, unknown> {
  const dateOfBirth = new Date(Date.UTC(1960, 0, 1 + 7 * i)).toISOString().slice(0, 10)
  return aPrisoner(`${letter}${String(i).padStart(4, '0')}AA`, { dateOfBirth })
}

describe('at the door', () => {
  const knock = async (as: As, path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(t.app)
      .post(path)
      .set('authorization', `Bearer ${await t.token(as)}`)
      .set({ 'content-type': 'application/json', ...headers })
      .send(JSON.stringify(body))

  test.each<[string, As, string, unknown, Record<string, string>, number, string]>([
    ['a person', { role: 'PROBATION_OFFICER', agency: 'N02' }, 'prisoner-search', {}, {}, 403, 'FORBIDDEN'],
    [
      'another purpose',
      PRISON,
      'prisoner-search',
      {},
      { 'purpose-of-use': 'OFFENDER_MANAGEMENT' },
      403,
      'PURPOSE_NOT_ALLOWED',
    ],
    ['an unknown format', PRISON, 'case-notes', {}, {}, 400, 'BAD_USER_INPUT'],
    [
      'more than 500 documents',
      PRISON,
      'prisoner-search',
      Array.from({ length: 501 }, () => aPrisoner('A9001AA')),
      {},
      400,
      'BAD_USER_INPUT',
    ],
  ])('%s is refused', async (_, as, format, body, headers, status, code) => {
    const response = await knock(as, `/ingest/${format}`, body, headers)
    expect(response.status).toBe(status)
    expect(response.body).toMatchObject({ errors: [{ extensions: { code } }] })
    expect(await rows(`select from record.source_record where local_id = 'A9001AA'`)).toHaveLength(0)
  })

  test('refusals of people are on record', async () => {
    await knock({ role: 'PRISON_OFFICER', agency: 'MDI' }, '/ingest/prisoner-search', aPrisoner('A9002AA'))
    expect(await lastPush()).toMatchObject({ kind: 'REFUSAL', outcome: 'FORBIDDEN' })
  })

  test('500 documents are taken', async () => {
    const documents = Array.from({ length: 500 }, (_, i) => oneOfMany('C', i))
    expect(new Set(await outcomes(PRISON, 'prisoner-search', documents))).toEqual(new Set(['APPLIED']))
  })
})

describe('lines without end', () => {
  let server: Server

  beforeAll(async () => {
    server = createServer(t.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => new Promise((done) => server.close(done)))

  /** A request whose lines the test writes, and whose answers it reads, one by one. */
  async function open(as: As) {
    const { port } = server.address() as AddressInfo
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/ingest/prisoner-search',
      headers: {
        authorization: `Bearer ${await t.token(as)}`,
        'content-type': 'application/x-ndjson',
        'transfer-encoding': 'chunked',
      },
    })
    const incoming = once(outgoing, 'response').then(([response]: AsyncIterable<Buffer>[]) => response!)
    return { outgoing, incoming }
  }

  async function* chunksOf(incoming: Promise<AsyncIterable<Buffer>>) {
    let rest = ''
    for await (const part of await incoming) {
      const lines = (rest + part.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line) as { revision: number; results: ItemAnswer[] }
    }
  }

  test('1,200 documents are applied in chunks and answered while they come', async () => {
    const { outgoing, incoming } = await open(PRISON)
    const line = (i: number) => JSON.stringify(oneOfMany('D', i))
    const text = Array.from({ length: 1200 }, (_, i) => (i === 700 ? '{"not": json' : line(i)))
    const first = text.slice(0, 500).join('\n')
    // Cut anywhere, also inside a document.
    outgoing.write(first.slice(0, 1234))
    outgoing.write(`${first.slice(1234)}\n\n`)
    const answers = chunksOf(incoming)
    const early = (await answers.next()).value!
    expect(early.results.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, i) => i))
    outgoing.end(text.slice(500).join('\r\n'))
    const results = [...early.results]
    const sizes = [early.results.length]
    for await (const chunk of answers) {
      sizes.push(chunk.results.length)
      results.push(...chunk.results)
    }
    expect(sizes).toEqual([500, 500, 200])
    expect(results.map(({ index }) => index)).toEqual(Array.from({ length: 1200 }, (_, i) => i))
    const rejected = results.filter(({ outcome }) => outcome !== 'APPLIED')
    expect(rejected).toMatchObject([{ index: 700, outcome: 'REJECTED', errors: [{ code: 'NOT_JSON' }] }])
  })

  test('a line too long is rejected alone', async () => {
    const { outgoing, incoming } = await open(PRISON)
    outgoing.write(`${JSON.stringify(aPrisoner('D9001AA'))}\n`)
    for (let i = 0; i < 40; i += 1) outgoing.write('x'.repeat(65_536))
    outgoing.end(`\n${JSON.stringify(aPrisoner('D9002AA'))}\n`)
    const results: ItemAnswer[] = []
    for await (const chunk of chunksOf(incoming)) results.push(...chunk.results)
    expect(results.map(({ index, outcome }) => [index, outcome])).toEqual([
      [0, 'APPLIED'],
      [1, 'REJECTED'],
      [2, 'APPLIED'],
    ])
  })
})
