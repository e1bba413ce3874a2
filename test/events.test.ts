import { Client } from 'pg'
import { aCase, anEvent, aPrisoner } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const ANYONE: As = { role: 'DATA_PROTECTION_OFFICER' }
const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

async function push(as: As, format: string, body: unknown): Promise<ItemAnswer> {
  const [answer] = (await t.ingest(as, format, body)).results
  return answer!
}

/** A document and when it was seen at its source. */
const seenAt = (observedAt: string, payload: unknown, more: object = {}) => ({ observedAt, payload, ...more })
const event = (as: As, ...of: Parameters<typeof anEvent>) => push(as, 'domain-event', anEvent(...of))

const codes = ({ warnings }: ItemAnswer) => warnings.map(({ code }) => code)
const reasons = ({ errors }: ItemAnswer) => errors.map(({ code }) => code)

async function rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await record.query<Record<string, unknown>>(text, values)).rows
}

async function offenderOf(crn: string): Promise<string | null> {
  const body = await t.ask(ANYONE, 'query($crn: String!) { offender(by: { crn: $crn }) { id } }', { crn })
  expect(body.errors).toBeUndefined()
  return (body.data?.['offender'] as { id: string } | null)?.id ?? null
}

describe('where a prisoner is', () => {
  const custodyOf = async (number: string) => {
    const [custody] = await rows(
      `select c.status, c.establishment_code as establishment, c.since::text, c.cell, c.legal_status as legal, c.booking_number as booking,
         c.movement_type || ' ' || coalesce(c.movement_reason, '') as movement
       from record.custody c join record.source_record sr on sr.id = c.source_record_id where sr.local_id = $1`,
      number,
    )
    return custody
  }
  const inside = (number: string, more: object = {}) =>
    aPrisoner(number, {
      prisonId: 'MDI',
      cellLocation: 'A-1',
      legalStatus: 'SENTENCED',
      bookNumber: 'T1',
      receptionDate: '2026-01-05',
      ...more,
    })
  const released = (number: string, at: string, more: object = {}) =>
    event(
      PRISON,
      'prison-offender-events.prisoner.released',
      { nomsNumber: number, reason: 'RELEASED', prisonId: 'MDI', nomisMovementReasonCode: 'CR', ...more },
      { at },
    )

  test('follows a release, which leaves standing what it does not speak of', async () => {
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3001AA')))
    const answer = await released('A3001AA', '2026-02-02T09:00:00Z')
    expect(answer).toMatchObject({ outcome: 'APPLIED', warnings: [] })
    expect(await custodyOf('A3001AA')).toEqual({
      status: 'RELEASED',
      establishment: null,
      since: '2026-02-02',
      cell: null,
      legal: 'SENTENCED',
      booking: 'T1',
      movement: 'REL CR',
    })
  })

  test('is taken over whole by an admission, and by the next document', async () => {
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3002AA')))
    const admission = { nomsNumber: 'A3002AA', reason: 'READMISSION', prisonId: 'LEI' }
    await event(PRISON, 'prisoner-offender-search.prisoner.received', admission, {
      at: '2026-02-03T09:00:00Z',
    })
    expect(await custodyOf('A3002AA')).toMatchObject({
      status: 'IN_CUSTODY',
      establishment: 'LEI',
      legal: null,
      booking: null,
    })
    await push(
      PRISON,
      'auto',
      seenAt('2026-02-04T09:00:00Z', inside('A3002AA', { prisonId: 'LEI', bookNumber: 'T2' })),
    )
    expect(await custodyOf('A3002AA')).toMatchObject({ establishment: 'LEI', booking: 'T2', cell: 'A-1' })
  })

  test('stays as it was for an event that is late, and is not made older by a document that is', async () => {
    await push(PRISON, 'auto', seenAt('2026-02-05T09:00:00Z', inside('A3003AA')))
    const overtaken = { nomsNumber: 'A3003AA', reason: 'RELEASED', prisonId: 'MDI' }
    const late = await event(PRISON, 'prisoner-offender-search.prisoner.released', overtaken, {
      at: '2026-02-04T09:00:00Z',
    })
    expect(late).toMatchObject({ outcome: 'LATE' })
    expect(await custodyOf('A3003AA')).toMatchObject({ status: 'IN_CUSTODY' })
    await released('A3003AA', '2026-02-09T09:00:00Z')
    const between = seenAt(
      '2026-02-07T09:00:00Z',
      inside('A3003AA', { legalStatus: 'RECALL', prisonId: 'LEI' }),
    )
    await push(PRISON, 'auto', between)
    // The event still says where; the later of the documents before it says the rest.
    expect(await custodyOf('A3003AA')).toMatchObject({
      status: 'RELEASED',
      establishment: null,
      legal: 'RECALL',
    })
  })

  test('keeps the prison of who is out for a while, though the event does not name it', async () => {
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3004AA')))
    await released('A3004AA', '2026-02-02T09:00:00Z', { reason: 'SENT_TO_COURT', prisonId: undefined })
    expect(await custodyOf('A3004AA')).toMatchObject({ status: 'TEMPORARILY_OUT', establishment: 'MDI' })
  })

  test('(j) a release that a merge of records made up changes no custody status', async () => {
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3005AA')))
    const before = await custodyOf('A3005AA')
    const answer = await released('A3005AA', '2026-02-02T09:00:00Z', { nomisMovementReasonCode: 'MRG' })
    expect(answer).toMatchObject({ outcome: 'APPLIED' })
    expect(codes(answer)).toEqual(['MERGE_ARTEFACT', 'NOTED'])
    expect(await custodyOf('A3005AA')).toEqual(before)
  })

  test('is stated once by an event that comes twice', async () => {
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3006AA')))
    await released('A3006AA', '2026-02-02T09:00:00Z')
    expect(await released('A3006AA', '2026-02-02T09:00:00Z')).toMatchObject({ outcome: 'DUPLICATE' })
  })

  test('is told with the movements that led there', async () => {
    await push(PROBATION, 'auto', aCase('X300101', { otherIds: { crn: 'X300101', nomsNumber: 'A3009AA' } }))
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3009AA')))
    await released('A3009AA', '2026-02-02T09:00:00Z', { reason: 'SENT_TO_COURT' })
    const back = { nomsNumber: 'A3009AA', reason: 'RETURN_FROM_COURT', prisonId: 'MDI' }
    await event(PRISON, 'prison-offender-events.prisoner.received', back, { at: '2026-02-02T17:00:00Z' })
    const body = await t.ask(
      OFFICER,
      `{ offender(by: { crn: "X300101" }) { custody { status legalStatus establishment { code } }
         movements { nodes { occurredAt type direction } } } }`,
    )
    expect(body.data).toEqual({
      offender: {
        custody: { status: 'IN_CUSTODY', legalStatus: 'SENTENCED', establishment: { code: 'MDI' } },
        movements: {
          nodes: [
            { occurredAt: '2026-02-02T17:00:00+00:00', type: 'CRT', direction: 'IN' },
            { occurredAt: '2026-02-02T09:00:00+00:00', type: 'CRT', direction: 'OUT' },
          ],
        },
      },
    })
  })

  test('waits with the event for a prisoner who is unknown', async () => {
    const waiting = await released('A3007AA', '2026-02-02T09:00:00Z')
    expect(waiting).toMatchObject({ outcome: 'QUARANTINED' })
    expect(reasons(waiting)).toEqual(['PERSON_UNKNOWN'])
    await push(PRISON, 'auto', seenAt('2026-02-01T09:00:00Z', inside('A3007AA')))
    expect(await custodyOf('A3007AA')).toMatchObject({ status: 'RELEASED', booking: 'T1' })
  })

  test('is for prisons to state', async () => {
    await push(PRISON, 'auto', inside('A3008AA'))
    const body = anEvent('prison-offender-events.prisoner.released', {
      nomsNumber: 'A3008AA',
      reason: 'RELEASED',
    })
    for (const as of [PROBATION, CRC]) {
      const answer = await push(as, 'domain-event', body)
      expect(answer).toMatchObject({ outcome: 'REJECTED' })
      expect(new Set(reasons(answer))).toEqual(new Set(['NOT_OWNER']))
    }
  })
})

describe('that numbers are one person’s', () => {
  const merged = (from: string, to: string, at: string) =>
    event(PROBATION, 'probation-case.merge.completed', { sourceCRN: from, targetCRN: to }, { crn: from, at })
  const unmerged = (reactivated: string, from: string, at: string) => {
    const information = { reactivatedCRN: reactivated, unmergedCRN: from }
    return event(PROBATION, 'probation-case.unmerge.completed', information, { crn: reactivated, at })
  }
  const cases = async (...crns: string[]) => {
    for (const crn of crns) await push(PROBATION, 'auto', aCase(crn))
    return Promise.all(crns.map(offenderOf))
  }

  test('(k) A to B to C: all three resolve; C to A is refused; an unmerge restores', async () => {
    const before = await cases('X300001', 'X300002', 'X300003')
    expect(new Set(before).size).toBe(3)
    await merged('X300001', 'X300002', '2026-03-01T09:00:00Z')
    const chained = await merged('X300002', 'X300003', '2026-03-02T09:00:00Z')
    const survivor = [...before].sort()[0]
    expect(chained).toMatchObject({ outcome: 'APPLIED', offenderId: survivor })
    const all = () => Promise.all(['X300001', 'X300002', 'X300003'].map(offenderOf))
    expect(await all()).toEqual([survivor, survivor, survivor])

    const loop = await merged('X300003', 'X300001', '2026-03-03T09:00:00Z')
    expect(loop).toMatchObject({ outcome: 'QUARANTINED', offenderId: null })
    expect(reasons(loop)).toEqual(['MERGE_LOOP'])
    expect(await all()).toEqual([survivor, survivor, survivor])

    const restored = await unmerged('X300002', 'X300003', '2026-03-04T09:00:00Z')
    expect(restored).toMatchObject({ outcome: 'APPLIED' })
    const [first, second, third] = before
    const pair = [first, second].sort()[0]
    expect(await all()).toEqual([pair, pair, third])
    const [kept] = await rows(
      `select r.errors -> 0 ->> 'code' as code from record.received r
       where r.outcome = 'QUARANTINED' and 'CRN:X300003' = any(r.waiting_for)`,
    )
    // Tried again, it would make one person of two who were just taken apart.
    expect(kept).toEqual({ code: expect.stringMatching(/^MERGE_/) as string })
  })

  test('an unmerge gives each its own id back, and a merge after it counts again', async () => {
    const before = await cases('X300011', 'X300012')
    await merged('X300011', 'X300012', '2026-03-01T09:00:00Z')
    await unmerged('X300011', 'X300012', '2026-03-02T09:00:00Z')
    expect(await Promise.all(['X300011', 'X300012'].map(offenderOf))).toEqual(before)
    const again = await merged('X300012', 'X300011', '2026-03-03T09:00:00Z')
    expect(again).toMatchObject({ outcome: 'APPLIED' })
    expect(await offenderOf('X300011')).toBe(await offenderOf('X300012'))
  })

  test('is as the newest notice has it, whichever came last', async () => {
    const before = await cases('X300021', 'X300022')
    await unmerged('X300021', 'X300022', '2026-03-02T09:00:00Z')
    expect(await merged('X300021', 'X300022', '2026-03-01T09:00:00Z')).toMatchObject({ outcome: 'LATE' })
    expect(await Promise.all(['X300021', 'X300022'].map(offenderOf))).toEqual(before)
    const [held] = await rows(
      `select array_agg(coalesce(i.qualifier, '-') order by i.value) as said from record.identifier i
       join record.source_record sr on sr.id = i.source_record_id where sr.local_id = 'merge:X300021'`,
    )
    // That it was merged once is in the log, and no longer said of the number.
    expect(held).toEqual({ said: ['-', 'SEPARATED'] })
  })

  test('is not shown to who reads one of two who were separated', async () => {
    await cases('X300031', 'X300032')
    await merged('X300031', 'X300032', '2026-03-01T09:00:00Z')
    await unmerged('X300031', 'X300032', '2026-03-02T09:00:00Z')
    const body = await t.ask(
      OFFICER,
      '{ offender(by: { crn: "X300031" }) { identifiers { value qualifier } } }',
    )
    expect(body.data).toEqual({
      offender: {
        identifiers: [
          { value: 'X300031', qualifier: null },
          { value: 'X300031', qualifier: null },
        ],
      },
    })
  })

  test('is said of prisoners by the prison, and waits while nobody of the two is known', async () => {
    const information = { nomsNumber: 'A3010AA', removedNomsNumber: 'A3011AA', reason: 'MERGE' }
    const type = 'prison-offender-events.prisoner.merged'
    const waiting = await event(PRISON, type, information, { noms: 'A3011AA' })
    expect(reasons(waiting)).toEqual(['PERSON_UNKNOWN'])
    const kept = await push(PRISON, 'auto', aPrisoner('A3010AA'))
    const gone = await push(PRISON, 'auto', aPrisoner('A3011AA'))
    expect(gone.offenderId).toBe(kept.offenderId)
    expect(reasons(await event(PROBATION, type, information))).toEqual(['NOT_OWNER'])
  })

  test('takes a record that said only what happened along, once it says who somebody is', async () => {
    const prisoner = await push(PRISON, 'auto', aPrisoner('A3050AA'))
    await cases('X300052')
    await merged('X300051', 'X300052', '2026-03-01T09:00:00Z')
    await event(PROBATION, 'probation-case.exclusion.updated', {}, { crn: 'X300051' })
    const otherIds = { crn: 'X300051', nomsNumber: 'A3050AA' }
    const answer = await push(PROBATION, 'auto', aCase('X300051', { otherIds }))
    expect(answer.offenderId).toBe(prisoner.offenderId)
    const strays = await rows(
      `select sr.local_id from record.source_record sr join record.person p on p.source_record_id = sr.id
       where p.offender_id <> sr.offender_id`,
    )
    expect(strays).toEqual([])
  })

  test('is not for a CRC to say', async () => {
    await cases('X300041', 'X300042')
    const information = { sourceCRN: 'X300041', targetCRN: 'X300042' }
    const answer = await event(CRC, 'probation-case.merge.completed', information)
    expect(answer).toMatchObject({ outcome: 'REJECTED' })
    expect(await offenderOf('X300041')).not.toBe(await offenderOf('X300042'))
  })
})

describe('the MAPPA register', () => {
  const registration = (what: string, crn: string, level: string, at: string, more: object = {}) =>
    event(
      PROBATION,
      `probation-case.registration.${what}`,
      {
        registerTypeCode: 'MAPP',
        registrationId: '1',
        registrationLevelCode: level,
        registrationCategoryCode: 'M2',
        registrationDate: 'Mon Jan 05 00:00:00 GMT 2026',
        ...more,
      },
      { crn, at },
    )
  const detail = (crn: string, level: number, at: string) =>
    push(
      PROBATION,
      'mappa-detail',
      seenAt(at, {
        crn,
        mappa: {
          level,
          category: 2,
          startDate: '2026-01-05',
          reviewDate: '2026-09-01',
          probationArea: { code: 'N02' },
        },
      }),
    )
  const periodsOf = (crn: string) =>
    rows(
      `select m.level, m.next_review_on::text as review, m.organisation_code as provider, upper_inf(m.period) as stands
       from record.mappa_level m where m.register = 'DELIUS:' || $1 order by m.from_at`,
      crn,
    )
  const known = { review: '2026-09-01', provider: 'N02' }

  test('keeps its review and its provider through an event that speaks of neither', async () => {
    await push(PROBATION, 'auto', aCase('X310001'))
    await detail('X310001', 2, '2026-02-01T09:00:00Z')
    await registration('updated', 'X310001', 'M2', '2026-02-02T09:00:00Z')
    expect(await periodsOf('X310001')).toEqual([{ level: 2, ...known, stands: true }])
  })

  test('does not keep the review of another level, nor of the same level after another', async () => {
    await push(PROBATION, 'auto', aCase('X310002'))
    await detail('X310002', 2, '2026-02-01T09:00:00Z')
    await registration('updated', 'X310002', 'M3', '2026-02-02T09:00:00Z')
    await registration('updated', 'X310002', 'M2', '2026-02-03T09:00:00Z')
    const unknown = { review: null, provider: null }
    expect(await periodsOf('X310002')).toEqual([
      { level: 2, ...known, stands: false },
      { level: 3, ...unknown, stands: false },
      { level: 2, ...unknown, stands: true },
    ])
  })

  test('(g) M1 to M2 to M1 inside five minutes is three periods, in any order of arrival', async () => {
    await push(PROBATION, 'auto', aCase('X310003'))
    await registration('updated', 'X310003', 'M1', '2026-02-02T09:03:00Z')
    await registration('added', 'X310003', 'M1', '2026-02-02T09:00:00Z')
    await registration('updated', 'X310003', 'M2', '2026-02-02T09:01:30Z')
    expect((await periodsOf('X310003')).map(({ level }) => level)).toEqual([1, 2, 1])
  })

  test('ends with its entry, and not with another entry', async () => {
    await push(PROBATION, 'auto', aCase('X310004'))
    await registration('added', 'X310004', 'M1', '2026-02-01T09:00:00Z', { registrationId: '7' })
    await registration('added', 'X310004', 'M3', '2026-02-02T09:00:00Z', { registrationId: '8' })
    await registration('deregistered', 'X310004', 'M1', '2026-02-02T09:00:01Z', { registrationId: '7' })
    expect((await periodsOf('X310004')).filter(({ stands }) => stands)).toMatchObject([{ level: 3 }])
    await registration('deleted', 'X310004', 'M3', '2026-02-03T09:00:00Z', { registrationId: '8' })
    expect((await periodsOf('X310004')).filter(({ stands }) => stands)).toEqual([])
  })

  test('loses an entry that a document told of by its start, which has no number there', async () => {
    for (const crn of ['X310005', 'X310006']) {
      await push(PROBATION, 'auto', aCase(crn))
      await detail(crn, 2, '2026-02-01T09:00:00Z')
    }
    await registration('deregistered', 'X310005', 'M2', '2026-02-02T09:00:00Z')
    const other = { registrationDate: 'Tue Jan 06 00:00:00 GMT 2025' }
    await registration('deregistered', 'X310006', 'M1', '2026-02-02T09:00:00Z', other)
    expect((await periodsOf('X310005')).filter(({ stands }) => stands)).toEqual([])
    expect((await periodsOf('X310006')).filter(({ stands }) => stands)).toMatchObject([{ level: 2 }])
  })

  test('is for probation to state', async () => {
    await push(PROBATION, 'auto', aCase('X310007'))
    const body = anEvent(
      'probation-case.registration.added',
      { registerTypeCode: 'MAPP' },
      { crn: 'X310007' },
    )
    expect(reasons(await push(PRISON, 'domain-event', body))).toEqual(['NOT_OWNER'])
  })
})

describe('other registers and licences', () => {
  test('an entry keeps its notes and its review through an event, and loses neither when it is taken off', async () => {
    await push(PROBATION, 'auto', aCase('X315001'))
    const flag = { id: 31, code: 'RVHR', startDate: '2026-01-05', reviewDate: '2026-09-01', notes: 'Noted.' }
    await push(
      PROBATION,
      'mappa-detail',
      seenAt('2026-02-01T09:00:00Z', { crn: 'X315001', riskFlags: [flag] }),
    )
    const information = { registerTypeCode: 'RVHR', registrationId: '31', registrationLevelCode: 'V1' }
    await event(PROBATION, 'probation-case.registration.deregistered', information, {
      crn: 'X315001',
      at: '2026-02-02T09:00:00Z',
    })
    const entry = await rows(
      `select r.active, r.ended_on::text, r.level, r.next_review_on::text, r.notes, r.started_on::text
       from record.risk_registration r join record.source_record sr on sr.id = r.source_record_id
       where sr.local_id = 'registration:31'`,
    )
    expect(entry).toMatchObject([
      {
        active: false,
        ended_on: '2026-02-02',
        level: 'V1',
        next_review_on: '2026-09-01',
        started_on: '2026-01-05',
      },
    ])
    expect(entry[0]?.['notes']).toContain('Noted.')
  })

  test('a licence keeps its dates through an event', async () => {
    await push(PROBATION, 'auto', aCase('X315002'))
    const licence = {
      id: 315,
      kind: 'CRD',
      licenceType: 'AP',
      statusCode: 'APPROVED',
      crn: 'X315002',
      licenceStartDate: '2026-03-01',
    }
    await push(PROBATION, 'licence', seenAt('2026-02-01T09:00:00Z', licence))
    await event(
      PROBATION,
      'create-and-vary-a-licence.licence.activated',
      { licenceId: '315' },
      { crn: 'X315002' },
    )
    expect(
      await rows(
        `select l.status, l.kind, l.starts_on::text as starts from record.licence l
         join record.source_record sr on sr.id = l.source_record_id where sr.local_id = 'licence:315'`,
      ),
    ).toEqual([{ status: 'ACTIVE', kind: 'CRD', starts: '2026-03-01' }])
  })
})

describe('limited access', () => {
  const shown = async (crn: string) => {
    const body = await t.ask(OFFICER, operation('CaseSummary'), { by: { crn } })
    return body.data?.['offender'] !== null
  }
  const list = (crn: string, at: string, more: object = {}) =>
    push(PROBATION, 'access-limitations', seenAt(at, { crn, excludedFrom: [], restrictedTo: [] }, more))

  test.each(['exclusion', 'restriction'])(
    'that changed (%s) closes the case until a newer list comes',
    async (what) => {
      const crn = what === 'exclusion' ? 'X320001' : 'X320002'
      await push(PROBATION, 'auto', aCase(crn))
      await list(crn, '2026-02-01T09:00:00Z')
      expect(await shown(crn)).toBe(true)
      const answer = await event(
        PROBATION,
        `probation-case.${what}.updated`,
        {},
        { crn, at: '2026-02-02T09:00:00Z' },
      )
      expect(codes(answer)).toEqual(['NOTED'])
      expect(await shown(crn)).toBe(false)
      await list(crn, '2026-02-01T10:00:00Z')
      expect(await shown(crn)).toBe(false)
      await list(crn, '2026-02-03T09:00:00Z')
      expect(await shown(crn)).toBe(true)
    },
  )

  test('that changed before the list came closes nothing', async () => {
    await push(PROBATION, 'auto', aCase('X320003'))
    await list('X320003', '2026-02-03T09:00:00Z')
    await event(
      PROBATION,
      'probation-case.exclusion.updated',
      {},
      { crn: 'X320003', at: '2026-02-02T09:00:00Z' },
    )
    expect(await shown('X320003')).toBe(true)
  })

  test('closes the case though the lists are numbered and the events are not', async () => {
    await push(PROBATION, 'auto', aCase('X320004'))
    await list('X320004', '2026-02-01T09:00:00Z', { version: 7 })
    await event(
      PROBATION,
      'probation-case.exclusion.updated',
      {},
      { crn: 'X320004', at: '2026-02-02T09:00:00Z' },
    )
    expect(await shown('X320004')).toBe(false)
    await list('X320004', '2026-02-03T09:00:00Z', { version: 8 })
    expect(await shown('X320004')).toBe(true)
  })
})

describe('scores of an event', () => {
  test('stand in the history with their version and day, and never before an assessment', async () => {
    await push(PROBATION, 'auto', aCase('X330001'))
    const timeline = [
      {
        assessmentPk: 3300011,
        assessmentType: 'LAYER3',
        status: 'COMPLETE',
        completedDate: '2026-01-10T10:00:00',
      },
    ]
    await push(PROBATION, 'auto', { crn: 'X330001', timeline })
    const information = { RSRScore: 7.2, RSRBand: 'H', EventNumber: 1, AssessmentDate: '2026-03-01T10:00:00' }
    const scored = await event(PROBATION, 'risk-assessment.scores.rsr.determined', information, {
      crn: 'X330001',
    })
    expect(scored).toMatchObject({ outcome: 'APPLIED', warnings: [] })
    const body = await t.ask(
      OFFICER,
      `{ offender(by: { crn: "X330001" }) { risk { latest { tool }
         history { nodes { tool status completedAt predictors { name version score band } } } } } }`,
    )
    expect(body.data).toMatchObject({
      offender: {
        risk: {
          latest: { tool: 'OASYS_LAYER3' },
          history: {
            nodes: [
              {
                tool: 'UNKNOWN',
                completedAt: '2026-03-01T10:00:00+00:00',
                predictors: [{ name: 'RSR', version: '1', score: 7.2, band: 'H' }],
              },
              { tool: 'OASYS_LAYER3', predictors: [] },
            ],
          },
        },
      },
    })
  })
})

describe('events that say only that something changed', () => {
  const EVENTS = `query($crn: String!, $first: Int = 20, $after: String) { offender(by: { crn: $crn }) {
    events(first: $first, after: $after) { nodes { type occurredAt description status needs detailUrl source { system } }
      pageInfo { hasNextPage endCursor } } } }`

  test('are listed, the newest first, with what they would need, to who oversees', async () => {
    await push(PROBATION, 'auto', aCase('X340001', { otherIds: { crn: 'X340001', nomsNumber: 'A3401AA' } }))
    await push(PRISON, 'auto', aPrisoner('A3401AA'))
    const summary = {
      ...anEvent('assessment.summary.produced', {}, { crn: 'X340001', at: '2026-03-01T10:00:00Z' }),
      detailUrl: 'https://oasys.example.invalid/asssumm/1/COMPLETE?key=secret',
    }
    await push(PROBATION, 'domain-event', summary)
    await event(
      PRISON,
      'person.alert.created',
      { alertCode: 'XA' },
      { noms: 'A3401AA', at: '2026-03-02T10:00:00Z' },
    )
    const body = await t.ask(OFFICER, EVENTS, { crn: 'X340001', first: 1 })
    expect(body.errors).toBeUndefined()
    const first = (
      body.data as { offender: { events: { nodes: object[]; pageInfo: { endCursor: string } } } }
    ).offender.events
    expect(first).toMatchObject({
      nodes: [
        {
          type: 'person.alert.created',
          occurredAt: '2026-03-02T10:00:00+00:00',
          needs: 'the prisoner’s alerts, from prisoner-search',
          source: { system: 'NOMIS' },
        },
      ],
      pageInfo: { hasNextPage: true },
    })
    const next = await t.ask(OFFICER, EVENTS, { crn: 'X340001', after: first.pageInfo.endCursor })
    expect(next.data).toMatchObject({
      offender: {
        events: {
          nodes: [
            {
              type: 'assessment.summary.produced',
              status: 'COMPLETE',
              detailUrl: 'https://oasys.example.invalid/asssumm/1/COMPLETE',
            },
          ],
          pageInfo: { hasNextPage: false },
        },
      },
    })
    const prisonOfficer: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
    const withheld = await t.ask(prisonOfficer, EVENTS, { crn: 'X340001' })
    expect(withheld.data).toEqual({ offender: { events: null } })
    expect(withheld.extensions?.withheld).toContainEqual(
      expect.objectContaining({ path: ['offender', 'events'], group: 'OVERSIGHT', reason: 'ROLE' }),
    )
  })

  test('are taken from the systems whose they are, and from a CRC of cases that it holds', async () => {
    const manager = {
      active: true,
      staff: { code: 'C05XYZ1' },
      team: { code: 'C05XYZ' },
      probationArea: { code: 'C05' },
      fromDate: '2024-01-01',
    }
    await push(PROBATION, 'auto', aCase('X340002', { offenderManagers: [manager] }))
    await push(PROBATION, 'auto', aCase('X340003'))
    const type = 'interventions.community-referral.created'
    expect(await event(CRC, type, {}, { crn: 'X340002' })).toMatchObject({ outcome: 'APPLIED' })
    expect(reasons(await event(CRC, type, {}, { crn: 'X340003' }))).toEqual(['NOT_OWNER'])
    expect(reasons(await event(PRISON, type, {}, { crn: 'X340003' }))).toEqual(['NOT_OWNER'])
    expect(reasons(await event(PROBATION, 'person.alert.created', {}, { crn: 'X340003' }))).toEqual([
      'NOT_OWNER',
    ])
  })

  test('of kinds that are new to us are noted whoever sends them, and wait for people nobody knows', async () => {
    const type = 'parcel-service.parcel.arrived'
    const waiting = await event(PRISON, type, {}, { crn: 'X340004' })
    expect(reasons(waiting)).toEqual(['PERSON_UNKNOWN'])
    await event(PROBATION, type, { parcelId: 7 }, { crn: 'X340004' })
    await push(PROBATION, 'auto', aCase('X340004'))
    const body = await t.ask(OFFICER, EVENTS, { crn: 'X340004' })
    const { nodes } = (body.data as { offender: { events: { nodes: { source: object; needs: string }[] } } })
      .offender.events
    expect(nodes.map(({ source }) => source)).toEqual(
      expect.arrayContaining([{ system: 'NOMIS' }, { system: 'DELIUS' }]),
    )
    expect(nodes[0]?.needs).toMatch(/event of a kind that is new to us/)
  })
})

describe('an erasure', () => {
  test('that a supplier asks for is kept for a person, and nothing is deleted', async () => {
    const held = await push(PROBATION, 'auto', aCase('X350001'))
    const asked = await event(PROBATION, 'probation-case.deleted.gdpr', {}, { crn: 'X350001' })
    expect(asked).toMatchObject({ outcome: 'QUARANTINED' })
    expect(reasons(asked)).toEqual(['ERASURE_ASKED'])
    expect(await offenderOf('X350001')).toBe(held.offenderId)
    const [kept] = await rows(
      `select r.payload from record.received r where r.errors @> '[{"code": "ERASURE_ASKED"}]'`,
    )
    expect(kept?.['payload']).toContain('X350001')
  })
})
