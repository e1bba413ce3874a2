import type { Client } from 'pg'
import { readPayload } from '../src/suppliers'
import { retryAll } from '../src/stewardship/retry-all'
import type { ReadFormat } from '../src/updates/item'
import { aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'
import {
  caseOf,
  codeOf,
  ITEM,
  itemOf,
  openRecord,
  OTHER_STEWARD,
  PRISON,
  PRISON_STEWARD,
  PROBATION,
  pushOne,
  quarantineOf,
  rootOf,
  STEWARD,
  typeOrganisation,
  type QuarantinedItem,
} from './support/stewards'

const N07: As = { role: 'PROBATION_SYSTEM', agency: 'N07' }
const DPO: As = { role: 'DATA_PROTECTION_OFFICER', agency: 'N02', subject: 'dpo' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = await openRecord(t.testDatabase.connection)
  await t.ingest(PROBATION, 'probation-search', [caseOf('Q100001'), caseOf('Q100002')])
  await t.ingest(N07, 'probation-search', [caseOf('Q700001', 'N07')])
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('Q1111AA')])
  await typeOrganisation(record, 'MDI', 'PRISON')
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

let pk = 9000
/** A summary that is put aside: nobody has this number. */
async function putAside(messageId: string, crn: string, as: As = PROBATION): Promise<QuarantinedItem> {
  const payload = aRoshSummary(crn, ++pk)
  const answer = await pushOne(t, as, 'rosh-summary', { messageId, payload })
  expect(answer).toMatchObject({ outcome: 'QUARANTINED', offenderId: null })
  const [row] = await rows('select id from record.received where message_id = $1', messageId)
  return { id: String(row?.['id']) } as QuarantinedItem
}

async function rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await record.query<Record<string, unknown>>(text, values)).rows
}

const RESOLVE = `mutation($item: ID!, $offender: OffenderRef!, $reason: String!, $requestId: String) {
  resolveQuarantined(item: $item, offender: $offender, reason: $reason, requestId: $requestId) { revision item ${ITEM} } }`
const DISCARD = `mutation($item: ID!, $reason: String!) {
  discardQuarantined(item: $item, reason: $reason) { revision item ${ITEM} } }`
const RETRY = `mutation($items: [ID!]!) { retryQuarantined(items: $items) { revision items ${ITEM} } }`
const LOOK = `query($item: ID!) { quarantineItem(item: $item) { item ${ITEM} payload person { type value } } }`

const resolve = (as: As, item: string, offender: object, more: object = {}) =>
  t.ask(as, RESOLVE, { item, offender, reason: 'The number was mistyped.', ...more })
const settled = (body: Body, name: string) =>
  (rootOf(body, name) as { revision: number; item: QuarantinedItem } | null)?.item

describe('the list', () => {
  test('shows a steward what the own agency sent, why it waits, and for which kinds of identifier', async () => {
    await putAside('list-1', 'Q999001')
    expect(await itemOf(t, STEWARD, 'list-1')).toEqual({
      id: expect.any(String),
      messageId: 'list-1',
      client: 'probation-system',
      agency: 'N02',
      format: 'rosh-summary',
      receivedAt: expect.any(String),
      reason: { code: 'PERSON_UNKNOWN', message: expect.stringContaining('nobody on record') },
      waitingFor: ['CRN'],
      state: 'QUARANTINED',
      attempts: 0,
      settlement: null,
      offenderId: null,
    })
    expect(await itemOf(t, OTHER_STEWARD, 'list-1')).toBeUndefined()
    expect(await itemOf(t, PRISON_STEWARD, 'list-1')).toBeUndefined()
    expect(await itemOf(t, { ...STEWARD, agency: undefined as never }, 'list-1')).toBeUndefined()
  })

  test('an item that was sent for no agency is for the stewards of that class of agency', async () => {
    await pushOne(t, PRISON, 'licence', { messageId: 'classless-1', payload: { licence: 1 } })
    await pushOne(t, { ...PRISON, agency: 'LEI' }, 'licence', {
      messageId: 'classless-2',
      payload: { licence: 2 },
    })
    expect(await itemOf(t, PRISON_STEWARD, 'classless-1')).toMatchObject({
      agency: null,
      reason: { code: 'UNREADABLE' },
    })
    expect(await itemOf(t, PRISON_STEWARD, 'classless-2')).toBeUndefined()
    expect(await itemOf(t, STEWARD, 'classless-1')).toBeUndefined()
    // Of an agency whose type nobody has recorded, nobody can tell the class.
    expect(await itemOf(t, { ...PRISON_STEWARD, agency: 'WTI' }, 'classless-1')).toBeUndefined()
  })

  test('is narrowed by format, reason and client, and pages in order of arrival', async () => {
    await pushOne(t, PROBATION, 'licence', { messageId: 'narrow-1', payload: { licence: 3 } })
    for (const i of [2, 3, 4]) await putAside(`narrow-${i}`, 'Q999002')
    const ids = (items: readonly QuarantinedItem[]) => items.map(({ messageId }) => messageId)
    expect(ids(await quarantineOf(t, STEWARD, { reason: 'UNREADABLE' }))).toEqual(['narrow-1'])
    expect(ids(await quarantineOf(t, STEWARD, { format: 'licence' }))).toEqual(['narrow-1'])
    expect(await quarantineOf(t, STEWARD, { client: 'nobody' })).toEqual([])
    const walked: (string | null)[] = []
    let after: string | null = null
    do {
      const body: Body = await t.ask(
        STEWARD,
        `query($after: String) { quarantine(first: 2, after: $after) { nodes { messageId } pageInfo { hasNextPage endCursor } } }`,
        { after },
      )
      const page = rootOf(body, 'quarantine') as {
        nodes: QuarantinedItem[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      }
      walked.push(...ids(page.nodes))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(walked).toEqual(ids(await quarantineOf(t, STEWARD)))
    expect(walked.length).toBeGreaterThan(3)
    const refused = await t.ask(STEWARD, '{ quarantine(first: 101) { nodes { id } } }')
    expect(codeOf(refused)).toBe('BAD_USER_INPUT')
  })

  test('is for stewards alone, who say why they look', async () => {
    for (const as of [
      DPO,
      { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' } as As,
      PROBATION,
    ]) {
      expect(codeOf(await t.ask(as, '{ quarantine { nodes { id } } }'))).toBe('FORBIDDEN')
    }
    expect(codeOf(await t.ask({ ...STEWARD, purpose: null }, '{ quarantine { nodes { id } } }'))).toBe(
      'PURPOSE_REQUIRED',
    )
    const [refusal] = await rows(
      `select outcome, purpose from journal.lookup where kind = 'REFUSAL' and viewer = 'dpo' order by log desc, index desc`,
    )
    expect(refusal).toEqual({ outcome: 'FORBIDDEN', purpose: 'AUDIT' })
  })
})

describe('the look at a document', () => {
  test('gives it as it was sent, and is on record under those whom it names', async () => {
    const payload = { licenceOf: 'Q100001', text: 'Conditions.' }
    await pushOne(t, PROBATION, 'licence', { messageId: 'look-1', person: { crn: 'Q100002' }, payload })
    const item = await itemOf(t, STEWARD, 'look-1')
    const body = await t.ask(STEWARD, LOOK, { item: item?.id })
    const document = rootOf(body, 'quarantineItem') as { payload: string; person: unknown }
    expect(JSON.parse(document.payload)).toEqual(payload)
    expect(document.person).toEqual([{ type: 'CRN', value: 'Q100002' }])
    const seen = await t.ask(DPO, operation('WhoViewed'), { where: { viewer: 'steward-n02' }, first: 1 })
    const [entry] = (
      rootOf(seen, 'disclosures') as {
        nodes: { entry: string; offenders: { id: string }[]; outcome: string }[]
      }
    ).nodes
    expect(entry).toMatchObject({ entry: body.extensions?.disclosure?.entry, outcome: 'DISCLOSED' })
    const both = await rows(
      `select offender_id from record.identifier where type = 'CRN' and value in ('Q100001', 'Q100002')`,
    )
    expect(entry?.offenders.map(({ id }) => id).sort()).toEqual(both.map((row) => row['offender_id']).sort())
  })

  test('at a document of nobody on record is a disclosure all the same', async () => {
    const { id } = await putAside('look-2', 'Q999003')
    const body = await t.ask(STEWARD, LOOK, { item: id })
    const [log, index] = (body.extensions?.disclosure?.entry ?? '').split('/')
    expect(
      await rows('select outcome from journal.lookup where log = $1 and index = $2', log, index),
    ).toEqual([{ outcome: 'DISCLOSED' }])
  })

  test('is null alike for another agency’s, for one that was applied, and for none', async () => {
    const { id } = await putAside('look-3', 'Q999004')
    await pushOne(t, PROBATION, 'rosh-summary', {
      messageId: 'look-4',
      payload: aRoshSummary('Q100001', ++pk),
    })
    const [applied] = await rows(`select id from record.received where message_id = 'look-4'`)
    for (const [as, item] of [
      [OTHER_STEWARD, id],
      [STEWARD, String(applied?.['id'])],
      [STEWARD, '999999999'],
    ] as const) {
      const body = await t.ask(as, LOOK, { item })
      expect([body.data, body.errors]).toEqual([{ quarantineItem: null }, undefined])
    }
    expect(codeOf(await t.ask(STEWARD, LOOK, { item: '1 or true' }))).toBe('BAD_USER_INPUT')
  })
})

describe('somebody whose limited access bars the steward', () => {
  beforeAll(async () => {
    await t.ingest(PROBATION, 'probation-search', [caseOf('Q200001')])
    await pushOne(
      t,
      PROBATION,
      'access-limitations',
      { excludedFrom: [{ username: 'steward.n02' }], restrictedTo: [] },
      '?crn=Q200001',
    )
  })

  test.each([
    ['named in the message', { person: { crn: 'Q200001' }, payload: { licence: 4 } }],
    ['named in the document', { payload: { licence: { of: ' q200001 ' } } }],
    ['mentioned in a text of it', { payload: { licence: 5, note: 'Lives with Q200001, see there.' } }],
  ])('hides the item where they are %s', async (_, message) => {
    const messageId = `barred-${JSON.stringify(message).length}`
    await pushOne(t, PROBATION, 'licence', { messageId, ...message })
    const [row] = await rows('select id from record.received where message_id = $1', messageId)
    const item = String(row?.['id'])
    expect(await itemOf(t, STEWARD, messageId)).toBeUndefined()
    expect(rootOf(await t.ask(STEWARD, LOOK, { item }), 'quarantineItem')).toBeNull()
    expect(rootOf(await t.ask(STEWARD, DISCARD, { item, reason: 'Away.' }), 'discardQuarantined')).toBeNull()
    expect(rootOf(await t.ask(STEWARD, RETRY, { items: [item] }), 'retryQuarantined')).toMatchObject({
      items: [],
    })
    expect(await itemOf(t, { ...STEWARD, username: 'another.steward' }, messageId)).toMatchObject({
      state: 'QUARANTINED',
    })
  })

  test('may be anybody in a document that names very many: it is shown to nobody', async () => {
    const all = Array.from({ length: 1_001 }, (_, i) => `Q${400_000 + i}`)
    await pushOne(t, PROBATION, 'licence', { messageId: 'crowd-1', payload: { all: all.slice(1) } })
    await pushOne(t, PROBATION, 'licence', { messageId: 'crowd-2', payload: { all } })
    expect(await itemOf(t, STEWARD, 'crowd-1')).toBeDefined()
    expect(await itemOf(t, STEWARD, 'crowd-2')).toBeUndefined()
  })

  test('is no one whom an item can be resolved to, alike with one who is not there', async () => {
    const { id } = await putAside('barred-to', 'Q999005')
    const hidden = await resolve(STEWARD, id, { crn: 'Q200001' })
    const absent = await resolve(STEWARD, id, { crn: 'Q888888' })
    const anothers = await resolve(STEWARD, id, { crn: 'Q700001' })
    expect(hidden).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'offender' } }] })
    expect([absent.errors, anothers.errors]).toEqual([hidden.errors, hidden.errors])
    expect(await itemOf(t, STEWARD, 'barred-to')).toMatchObject({ state: 'QUARANTINED', attempts: 0 })
  })
})

describe('an item is resolved', () => {
  test('to a person of the own agency: it is applied about them, and says who and why', async () => {
    const { id } = await putAside('resolve-1', 'Q999006')
    const person = await rows(`select offender_id as id from record.identifier where value = 'Q100001'`)
    const body = await resolve(STEWARD, id, { crn: 'Q100001' })
    expect(settled(body, 'resolveQuarantined')).toMatchObject({
      state: 'RESOLVED',
      attempts: 1,
      offenderId: person[0]?.['id'],
      settlement: { by: 'steward-n02', reason: 'The number was mistyped.' },
      waitingFor: [],
    })
    const assessments = await rows(
      'select a.offender_id from record.assessment a join record.source_record s on s.id = a.source_record_id where s.local_id = $1',
      String(pk),
    )
    expect(assessments).toEqual([{ offender_id: person[0]?.['id'] }])
    const [entry] = await rows(
      `select kind, outcome, purpose from journal.lookup where viewer = 'steward-n02' and kind = 'ALTERATION' and offender_id = $1`,
      person[0]?.['id'],
    )
    expect(entry).toEqual({ kind: 'ALTERATION', outcome: 'DONE', purpose: 'DATA_QUALITY' })
    expect(await itemOf(t, STEWARD, 'resolve-1')).toBeUndefined()
    expect(await itemOf(t, STEWARD, 'resolve-1', { state: 'RESOLVED' })).toMatchObject({ id })
  })

  test('once: a repeat under its request id answers the same, another is a conflict', async () => {
    const { id } = await putAside('resolve-2', 'Q999007')
    const first = await resolve(STEWARD, id, { crn: 'Q100001' }, { requestId: 'r-2' })
    expect((await resolve(STEWARD, id, { crn: 'Q100001' }, { requestId: 'r-2' })).data).toEqual(first.data)
    expect(codeOf(await resolve(STEWARD, id, { crn: 'Q100002' }))).toBe('CONFLICT')
    expect(codeOf(await t.ask(STEWARD, DISCARD, { item: id, reason: 'No.' }))).toBe('CONFLICT')
  })

  test('which of two who share its number is meant', async () => {
    const pnc = '2002/0073319Z'
    const twins = ['Q300001', 'Q300002'].map((crn, i) =>
      caseOf(crn, 'N02', { otherIds: { crn, pncNumber: pnc }, dateOfBirth: `198${i}-01-01` }),
    )
    const { results } = await t.ingest(PROBATION, 'probation-search', twins)
    expect(new Set(results.map(({ offenderId }) => offenderId)).size).toBe(2)
    const { crn: _, ...payload } = aRoshSummary('', ++pk)
    await pushOne(t, PROBATION, 'rosh-summary', { messageId: 'resolve-3', person: { pnc }, payload })
    const item = await itemOf(t, STEWARD, 'resolve-3')
    expect(item?.reason.code).toBe('PERSON_AMBIGUOUS')
    const body = await resolve(STEWARD, item?.id ?? '', { crn: 'Q300002' })
    expect(settled(body, 'resolveQuarantined')).toMatchObject({ offenderId: results[1]?.offenderId })
  })

  test('to one of two whom the message and the document name, and stays theirs', async () => {
    const message = { person: { prisonNumber: 'Q1111AA' }, payload: aRoshSummary('Q100002', ++pk) }
    await pushOne(t, PROBATION, 'rosh-summary', { messageId: 'resolve-8', ...message })
    const item = await itemOf(t, STEWARD, 'resolve-8')
    expect(item?.reason.code).toBe('PERSON_AMBIGUOUS')
    const prison = await resolve(PRISON_STEWARD, item?.id ?? '', { prisonNumber: 'Q1111AA' })
    expect(prison.data).toEqual({ resolveQuarantined: null })
    const body = await resolve(STEWARD, item?.id ?? '', { crn: 'Q100002' })
    const meant = settled(body, 'resolveQuarantined')?.offenderId
    expect(meant).toEqual(expect.any(String))
    await t.ingest(PROBATION, 'probation-search', [caseOf('Q100002', 'N02', { surname: 'Other' })])
    expect(
      await rows('select offender_id from record.source_record where local_id = $1', String(pk)),
    ).toEqual([{ offender_id: meant }])
  })

  test('by no other agency’s steward, whatever they name', async () => {
    const { id } = await putAside('resolve-4', 'Q999008')
    for (const as of [OTHER_STEWARD, PRISON_STEWARD]) {
      const body = await resolve(as, id, { crn: 'Q700001' })
      expect([body.data, body.errors]).toEqual([{ resolveQuarantined: null }, undefined])
    }
    expect(codeOf(await resolve(DPO, id, { crn: 'Q100001' }))).toBe('FORBIDDEN')
    expect(await itemOf(t, STEWARD, 'resolve-4')).toMatchObject({ state: 'QUARANTINED' })
  })

  test('only if it can be read, and with a reason', async () => {
    await pushOne(t, PROBATION, 'licence', { messageId: 'resolve-5', payload: { licence: 6 } })
    const item = await itemOf(t, STEWARD, 'resolve-5')
    expect(codeOf(await resolve(STEWARD, item?.id ?? '', { crn: 'Q100001' }))).toBe('CONFLICT')
    expect(codeOf(await resolve(STEWARD, item?.id ?? '', { crn: 'Q100001' }, { reason: ' ' }))).toBe(
      'BAD_USER_INPUT',
    )
    expect(await itemOf(t, STEWARD, 'resolve-5')).toMatchObject({ state: 'QUARANTINED' })
  })

  test('but not to take a record from the person whose it is', async () => {
    const payload = aRoshSummary('Q100001', ++pk)
    await pushOne(t, PROBATION, 'rosh-summary', { messageId: 'resolve-6', payload })
    const foreign = aRoshSummary('Q999009', pk, { riskPublicCommunity: 'High' })
    await pushOne(t, PROBATION, 'rosh-summary', { messageId: 'resolve-7', payload: foreign })
    const item = await itemOf(t, STEWARD, 'resolve-7')
    const body = await resolve(STEWARD, item?.id ?? '', { crn: 'Q100002' })
    expect(codeOf(body)).toBe('CONFLICT')
    expect(await itemOf(t, STEWARD, 'resolve-7')).toMatchObject({ state: 'QUARANTINED', attempts: 0 })
  })
})

describe('an item is discarded', () => {
  test('with a reason; nothing is deleted, and it waits for nobody any more', async () => {
    const { id } = await putAside('discard-1', 'Q999010')
    const body = await t.ask(STEWARD, DISCARD, { item: id, reason: 'Sent by mistake.' })
    expect(settled(body, 'discardQuarantined')).toMatchObject({
      state: 'DISCARDED',
      settlement: { by: 'steward-n02', reason: 'Sent by mistake.' },
    })
    const look = rootOf(await t.ask(STEWARD, LOOK, { item: id }), 'quarantineItem') as { payload: string }
    expect(JSON.parse(look.payload)).toMatchObject({ crn: 'Q999010' })
    await t.ingest(PROBATION, 'probation-search', [caseOf('Q999010')])
    expect(await itemOf(t, STEWARD, 'discard-1', { state: 'DISCARDED' })).toMatchObject({ offenderId: null })
    const [entry] = await rows(
      `select outcome from journal.lookup where viewer = 'steward-n02' and kind = 'ALTERATION' order by log desc, index desc limit 1`,
    )
    expect(entry).toEqual({ outcome: 'DONE' })
  })
})

describe('an item is tried again', () => {
  test('by itself when the person appears', async () => {
    await putAside('again-1', 'Q999011')
    const { results } = await t.ingest(PROBATION, 'probation-search', [caseOf('Q999011')])
    expect(await itemOf(t, STEWARD, 'again-1', { state: 'RETRIED' })).toMatchObject({
      offenderId: results[0]?.offenderId,
      attempts: 1,
      settlement: { by: null, reason: null },
      reason: { code: 'PERSON_UNKNOWN' },
    })
  })

  test('when a steward asks, without harm where nothing has changed', async () => {
    const { id } = await putAside('again-2', 'Q999012')
    const body = await t.ask(STEWARD, RETRY, { items: [id] })
    expect(rootOf(body, 'retryQuarantined')).toMatchObject({
      items: [{ id, state: 'QUARANTINED', attempts: 1 }],
    })
    expect(rootOf(await t.ask(OTHER_STEWARD, RETRY, { items: [id] }), 'retryQuarantined')).toMatchObject({
      items: [],
    })
    expect(await itemOf(t, STEWARD, 'again-2')).toMatchObject({ attempts: 1, waitingFor: ['CRN'] })
    expect(codeOf(await t.ask(STEWARD, RETRY, { items: [] }))).toBe('BAD_USER_INPUT')
  })

  test('in bulk when a reader has learnt its format, what cannot be applied saying why', async () => {
    const read = (crn: string, i: number) => ({ messageId: `bulk-${i}`, payload: { summary: crn, i } })
    const sent = [read('Q100002', 1), read('Q999013', 2), read('Q100002', 3)]
    await t.ingest(PROBATION, 'programme-referral', sent)
    await pushOne(t, PROBATION, 'licence', { messageId: 'bulk-4', payload: { licence: 7 } })
    const learnt: ReadFormat = (format, payload, context) => {
      if (format !== 'programme-referral') return readPayload('auto', payload, context)
      const { summary, i } = payload as { summary: string; i: number }
      if (i !== 3) return readPayload('rosh-summary', aRoshSummary(summary, 9900 + i), context)
      // A fact that probation may not state.
      return readPayload('prisoner-search', aPrisoner('Q7777AA'), context)
    }
    const deps = {
      commands: t.gateway.commands,
      read: learnt,
      silence: { default: 24 },
      query: (text: string, values: readonly unknown[]) => t.database.pools.reader.query(text, values),
    }
    expect(await retryAll(deps, 'programme-referral')).toEqual({ tried: 3, settled: 1 })
    expect(await itemOf(t, STEWARD, 'bulk-1', { state: 'RETRIED' })).toMatchObject({
      offenderId: expect.any(String),
    })
    expect(await itemOf(t, STEWARD, 'bulk-2')).toMatchObject({
      reason: { code: 'PERSON_UNKNOWN' },
      waitingFor: ['CRN'],
    })
    expect(await itemOf(t, STEWARD, 'bulk-3')).toMatchObject({ reason: { code: 'NOT_OWNER' }, attempts: 1 })
    expect(await itemOf(t, STEWARD, 'bulk-4')).toMatchObject({ attempts: 0 })
    // Readable now, it waits for its person like any other.
    await t.ingest(PROBATION, 'probation-search', [caseOf('Q999013')])
    const again = { ...deps, read: learnt }
    expect(await retryAll(again, 'programme-referral')).toMatchObject({ settled: 1 })
    expect(await itemOf(t, STEWARD, 'bulk-2', { state: 'RETRIED' })).toBeDefined()
  })
})

test('a steward reads people of whom the own agency holds a record, and of them what the role says', async () => {
  const by = (as: As, crn: string) => t.ask(as, operation('CaseSummary'), { by: { crn } })
  const own = await by(STEWARD, 'Q100001')
  expect(own.data?.['offender']).toMatchObject({
    name: { family: 'Sample' },
    risk: { state: null, latest: null },
    mappa: { registration: null },
  })
  expect((await by(STEWARD, 'Q700001')).data?.['offender']).toBeNull()
})
