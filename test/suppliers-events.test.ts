import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEnvelope, readPayload, recogniseFormat } from '../src/suppliers'
import { kindOf } from '../src/suppliers/events/kinds'
import { Unreadable, type Facts, type RecordStatement, type Update } from '../src/updates/update'
import { anEvent } from './support/documents'

const RECEIVED_ON = new Date('2026-09-01T00:00:00Z')

function sample(name: string): unknown {
  return openEnvelope(
    JSON.parse(readFileSync(join(__dirname, 'samples/domain-event', `${name}.json`), 'utf8')),
  ).payload
}

function read(payload: unknown): Update {
  expect(recogniseFormat(payload)).toBe('domain-event')
  return readPayload('auto', payload, { person: [], receivedOn: RECEIVED_ON })
}

function recordOf(update: Update): RecordStatement {
  expect(update.records).toHaveLength(1)
  return update.records[0]!
}

const factsOf = (update: Update): Facts => recordOf(update).facts
const codesOf = ({ warnings }: Update) => warnings.map(({ code }) => code)

function reasonAgainst(payload: unknown): Pick<Unreadable, 'code' | 'message' | 'path'> {
  try {
    read(payload)
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable)
    return error as Unreadable
  }
  throw new Error('it could be read')
}

const about = (noms: string, information: object) => ({ nomsNumber: noms, ...information })
const reception = (information: object, source = 'prison-offender-events') =>
  anEvent(`${source}.prisoner.received`, about('T1234AB', information))
const release = (information: object, source = 'prison-offender-events') =>
  anEvent(`${source}.prisoner.released`, about('T1234AB', information))

describe('where a prisoner is', () => {
  test('a release states that, in the prisoner’s own record, at the time of the event', () => {
    const update = read(sample('released'))
    const at = { system: 'NOMIS', eventAt: '2026-03-01T09:43:20.000Z' }
    expect(update.records).toEqual([
      {
        ...at,
        localId: 'T1234AB',
        facts: {
          custody: {
            status: 'RELEASED',
            movementType: 'REL',
            movementReason: 'CR',
            movedOn: '2026-03-01',
            lastEstablishment: 'MDI',
            since: '2026-03-01',
            partial: true,
          },
        },
      },
      {
        ...at,
        localId: 'movement:T1234AB:2026-03-01T09:43:20.000Z:REL',
        facts: {
          movements: [
            {
              occurredAt: '2026-03-01T09:43:20.000Z',
              type: 'REL',
              reason: 'CR',
              direction: 'OUT',
              fromPlace: 'MDI',
              fromKind: 'PRISON',
            },
          ],
        },
      },
    ])
    expect(update).toMatchObject({
      createsPerson: false,
      person: [{ type: 'PRISON_NUMBER', raw: 'T1234AB' }],
    })
  })

  test('an admission begins a term: it speaks of the whole; its day is that of London', () => {
    const [record, movement] = read(sample('received')).records
    expect(record).toMatchObject({ agency: 'LEI', eventAt: '2026-06-23T23:06:39.665Z' })
    const day = '2026-06-24'
    expect(record?.facts.custody).toEqual({
      status: 'IN_CUSTODY',
      establishment: 'LEI',
      lastEstablishment: 'LEI',
      movementType: 'ADM',
      movementReason: '24',
      since: day,
      movedOn: day,
      receivedOn: day,
      admittedOn: day,
    })
    expect(movement?.facts.movements).toMatchObject([{ direction: 'IN', toPlace: 'LEI', toKind: 'PRISON' }])
  })

  test.each([
    [
      'TEMPORARY_ABSENCE_RELEASE',
      {
        status: 'TEMPORARILY_OUT',
        establishment: 'MDI',
        movementType: 'TAP',
        destinationKind: 'TEMPORARY_ABSENCE',
      },
    ],
    [
      'SENT_TO_COURT',
      { status: 'TEMPORARILY_OUT', establishment: 'MDI', movementType: 'CRT', destinationKind: 'COURT' },
    ],
    ['TRANSFERRED', { status: 'IN_TRANSFER', movementType: 'TRN' }],
    ['RELEASED_TO_HOSPITAL', { status: 'IN_HOSPITAL', movementType: 'REL', destinationKind: 'HOSPITAL' }],
    ['RELEASED', { status: 'RELEASED', movementType: 'REL' }],
  ])('a release by %s is told in part, from either source', (reason, custody) => {
    const day = '2026-03-01'
    const told = ['prison-offender-events', 'prisoner-offender-search'].map((source) => {
      const { records } = read(release({ reason, prisonId: 'mdi' }, source))
      expect(records[0]?.facts.custody).toEqual({
        ...custody,
        lastEstablishment: 'MDI',
        movedOn: day,
        since: day,
        partial: true,
      })
      return records.length
    })
    // Of the two that tell of it, one tells when it was.
    expect(told).toEqual([2, 1])
  })

  test.each([
    ['RETURN_FROM_COURT', { movementType: 'CRT' }],
    ['TEMPORARY_ABSENCE_RETURN', { movementType: 'TAP' }],
    ['TRANSFERRED', { movementType: 'ADM', since: '2026-03-01' }],
  ])('a reception by %s goes on with the term', (reason, stated) => {
    const { records } = read(reception({ reason, prisonId: 'MDI' }))
    expect(records[0]?.facts.custody).toEqual({
      status: 'IN_CUSTODY',
      establishment: 'MDI',
      lastEstablishment: 'MDI',
      movedOn: '2026-03-01',
      ...stated,
      partial: true,
    })
  })

  test('what only the envelope names is read too', () => {
    expect(read(sample('named-outside')).records[0]?.facts.custody).toMatchObject({ status: 'IN_HOSPITAL' })
  })

  test.each([
    ['made up by a merge (j)', sample('merge-artefact'), ['MERGE_ARTEFACT', 'NOTED']],
    [
      'admitted by a merge',
      reception({ reason: 'POST_MERGE_ADMISSION', prisonId: 'MDI' }),
      ['MERGE_ARTEFACT', 'NOTED'],
    ],
    ['of a reason that says nothing', release({ reason: 'UNKNOWN', prisonId: 'MDI' }), ['NOTED']],
    ['received nowhere', reception({ reason: 'ADMISSION', prisonId: 'OUT' }), ['NOTED']],
  ])('a movement that is %s states no custody', (_, payload, codes) => {
    const update = read(payload)
    expect(Object.keys(factsOf(update))).toEqual(['event'])
    expect(codesOf(update)).toEqual(codes)
  })

  test('a movement that was overtaken happened, and does not say where the prisoner is', () => {
    const update = read(release({ reason: 'RELEASED', currentLocation: 'IN_PRISON' }))
    expect(update.records.map(({ facts }) => Object.keys(facts))).toEqual([['movements'], ['event']])
    expect(codesOf(update)).toEqual(['NOTED'])
  })

  test('an event that is still to come says nothing of since when', () => {
    const update = read({ ...release({ reason: 'RELEASED' }), occurredAt: '2026-12-01T10:00:00Z' })
    expect(update.records[0]?.facts.custody).toEqual({
      status: 'RELEASED',
      movementType: 'REL',
      partial: true,
    })
    expect(codesOf(update)).toEqual(['FUTURE_TIME'])
  })
})

describe('that numbers are one person’s', () => {
  test('a merge of prisoners is a notice about both, though the event is about the one that is gone', () => {
    const update = read(sample('prisoner-merged'))
    expect(update).toMatchObject({
      joins: true,
      person: [
        { type: 'PRISON_NUMBER', raw: 'T1234AB' },
        { type: 'PRISON_NUMBER', raw: 'T1234AC' },
      ],
      warnings: [],
    })
    expect(recordOf(update)).toMatchObject({ system: 'NOMIS', localId: 'merge:T1234AC' })
    expect(factsOf(update).identifiers).toEqual([
      { type: 'PRISON_NUMBER', raw: 'T1234AB' },
      { type: 'PRISON_NUMBER', raw: 'T1234AC', qualifier: 'MERGED' },
    ])
  })

  test('a merge of cases and its undoing are words of the same notice', () => {
    const [merge, unmerge] = [read(sample('case-merged')), read(sample('case-unmerged'))]
    expect([recordOf(merge).localId, recordOf(unmerge).localId]).toEqual(['merge:T100001', 'merge:T100001'])
    expect(factsOf(unmerge).identifiers).toEqual([
      { type: 'CRN', raw: 'T100001' },
      { type: 'CRN', raw: 'T100002', qualifier: 'SEPARATED' },
    ])
  })

  test.each([
    [{ sourceCRN: 'T100001' }, 'additionalInformation.targetCRN'],
    [{ sourceCRN: 'T100001', targetCRN: 'none' }, 'additionalInformation.targetCRN'],
    [{ sourceCRN: 'T100001', targetCRN: 't100001' }, 'additionalInformation.sourceCRN'],
  ])('is not read from %j', (information, path) => {
    expect(reasonAgainst(anEvent('probation-case.merge.completed', information))).toMatchObject({ path })
  })
})

describe('a register', () => {
  test('gets the level, category and start of its MAPPA entry, in part', () => {
    const record = recordOf(read(sample('registration-added')))
    expect(record).toMatchObject({
      system: 'DELIUS',
      localId: 'T100001',
      eventAt: '2026-06-20T08:00:00.285Z',
    })
    expect(record.facts.registration).toEqual({
      category: 1,
      level: 3,
      levelStatus: 'CONFIRMED',
      rawLevel: 'MAPPA Level 3',
      rawCategory: 'MAPPA Cat 1',
      since: '2026-06-19',
      partial: true,
      registrationId: '1234567890',
    })
  })

  test('with empty codes is to be confirmed', () => {
    expect(factsOf(read(sample('registration-empty-codes'))).registration).toMatchObject({
      category: null,
      level: null,
      levelStatus: 'TBC',
    })
  })

  test.each(['deregistered', 'deleted'])('loses the entry that was %s, by its number', (what) => {
    const information = { registerTypeCode: 'MAPP', registrationId: '7', registrationLevelCode: 'M2' }
    const event = anEvent(`probation-case.registration.${what}`, information, { crn: 'T100001' })
    expect(factsOf(read(event)).registration).toMatchObject({ ended: true, registrationId: '7', level: 2 })
  })

  test.each([
    ['RVHR', 'riskRegistration', []],
    ['STRG', 'intelligenceRegistration', []],
    ['INVI', 'victimRegistration', []],
    ['ZZZZ', 'intelligenceRegistration', ['UNKNOWN_REGISTER']],
  ])('of type %s is kept for its own readers', (registerTypeCode, kind, codes) => {
    const information = {
      registerTypeCode,
      registrationId: 9,
      registrationDate: 'Fri Jun 19 00:00:00 BST 2026',
      registrationLevelCode: null,
    }
    const told = (what: string) =>
      read(anEvent(`probation-case.registration.${what}`, information, { crn: 'T100001' }))
    const entry = { registerType: registerTypeCode, startedOn: '2026-06-19', partial: true }
    expect(recordOf(told('added'))).toMatchObject({
      system: 'DELIUS',
      localId: 'registration:9',
      facts: { [kind]: { ...entry, active: true } },
    })
    expect(factsOf(told('deregistered'))).toEqual({
      [kind]: { ...entry, active: false, endedOn: '2026-03-01' },
    })
    expect(factsOf(told('deleted'))).toEqual({ [kind]: null })
    expect(codesOf(told('added'))).toEqual(codes)
  })

  test('with a level that we do not know says so', () => {
    const information = {
      registerTypeCode: 'MAPP',
      registrationLevelCode: 'M9',
      registrationCategoryCode: 'M3',
    }
    const update = read(anEvent('probation-case.registration.added', information, { crn: 'T100001' }))
    expect(codesOf(update)).toEqual(['UNKNOWN_MAPPA_LEVEL'])
  })
})

describe('scores', () => {
  test('of RSR and OSP are kept as received, in a record of their own', () => {
    const update = read(sample('scores-rsr'))
    const { localId, facts, eventAt } = recordOf(update)
    expect(localId).toBe('scores:T100001:1:2026-04-01T09:00:00.000Z:RSR')
    expect(eventAt).toBe('2026-04-02T09:00:00.000Z')
    const completedAt = '2026-04-01T09:00:00.000Z'
    expect(facts.assessment).toMatchObject({ status: 'UNKNOWN', completedAt, scoresOnly: true })
    const of = (name: string, more: object) => ({ name, version: '1', completedAt, ...more })
    expect(facts.predictors).toEqual([
      of('RSR', { score: 7.21, band: 'H', staticOrDynamic: 'DYNAMIC', algorithmVersion: '6' }),
      of('OSP/I', { score: 0, band: 'NA' }),
      of('OSP/DC', { score: 2.5, band: 'V' }),
      of('OSP/IIC', { score: 0.11, band: 'L' }),
      of('SNSV', { version: '2', twoYears: 3.4, score: 3.4, band: 'M', staticOrDynamic: 'STATIC' }),
    ])
    expect(codesOf(update)).toEqual(['EVENT_TYPE_DIFFERS', 'PARTLY_READ'])
  })

  test('of OGRS3 are those of two years, whichever event carries them', () => {
    const payload = sample('scores-ogrs') as Record<string, unknown>
    for (const eventType of [payload['eventType'], 'probation-case.risk-scores.ogrs.manual-calculation']) {
      const { facts } = recordOf(read({ ...payload, eventType }))
      expect(facts.predictors).toMatchObject([
        { name: 'OGRS3', version: '1', oneYear: 45, twoYears: 63, score: 63 },
      ])
    }
  })

  test('that are none are noted', () => {
    const information = { OGRS3Yr2: 'high', EventNumber: 1 }
    const update = read(anEvent('risk-assessment.scores.ogrs.determined', information, { crn: 'T100001' }))
    expect(Object.keys(factsOf(update))).toEqual(['event'])
    expect(codesOf(update)).toEqual(['UNREADABLE_SCORE', 'NOTED'])
  })
})

describe('a licence', () => {
  test('is in force, or no more; the event may name the person by several numbers', () => {
    const update = read(sample('licence-activated'))
    expect(recordOf(update)).toMatchObject({
      system: 'DELIUS',
      localId: 'licence:90001',
      facts: { licence: { status: 'ACTIVE', partial: true } },
    })
    expect(update.person).toEqual([
      { type: 'CRN', raw: 'T100001' },
      { type: 'PRISON_NUMBER', raw: 'T1234AB' },
    ])
    const ended = anEvent(
      'create-and-vary-a-licence.variation.inactivated',
      { licenceId: 7 },
      { crn: 'T100001' },
    )
    expect(factsOf(read(ended))).toEqual({ licence: { status: 'INACTIVE', partial: true } })
    const unnumbered = anEvent('create-and-vary-a-licence.licence.activated', {}, { crn: 'T100001' })
    expect(Object.keys(factsOf(read(unnumbered)))).toEqual(['event'])
  })
})

describe('an event that says only that something changed', () => {
  test('is noted with what it would need, and with nothing that it may hold of people', () => {
    const update = read(sample('alert-created'))
    expect(recordOf(update)).toEqual({
      system: 'NOMIS',
      localId:
        'event:person.alert.created:T1234AB:2026-04-02T09:00:00.000Z:8cdadcf3-b003-4116-9956-c99bd8df6a00',
      eventAt: '2026-04-02T09:00:00.000Z',
      facts: {
        event: {
          type: 'person.alert.created',
          occurredAt: '2026-04-02T09:00:00.000Z',
          description: 'An alert has been created',
          needs: 'the prisoner’s alerts, from prisoner-search',
          detailUrl: 'https://alerts.example.invalid/alerts/8cdadcf3',
        },
      },
    })
    expect(codesOf(update)).toEqual(['NOTED'])
  })

  test('may tell its end by its address, whose query is not kept', () => {
    expect(factsOf(read(sample('assessment-summary'))).event).toMatchObject({
      status: 'LOCKED_INCOMPLETE',
      detailUrl: expect.stringMatching(/LOCKED_INCOMPLETE$/) as string,
    })
  })

  test('that limited access changed closes the case as well', () => {
    const { records } = read(sample('exclusion-updated'))
    expect(records.map(({ localId, facts }) => [localId.replace(/:.*/, ''), Object.keys(facts)])).toEqual([
      ['T100001', ['limitationChange']],
      ['event', ['event']],
    ])
    expect(records[0]?.facts.limitationChange).toEqual({
      kind: 'EXCLUSION',
      changedAt: '2026-06-20T08:00:00.000Z',
    })
  })

  test('misspelt like the other kinds of MAPPA information, does not touch the register', () => {
    expect(Object.keys(factsOf(read(sample('mappa-information'))))).toEqual(['event'])
  })

  test('that is new to us is the sender’s own', () => {
    const payload = sample('new-to-us')
    expect(factsOf(read(payload)).event?.needs).toMatch(/event of a kind that is new to us/)
    const systems = (['PRISON_SYSTEM', 'PROBATION_SYSTEM'] as const).map((role) => {
      return readPayload('domain-event', payload, { person: [], role, receivedOn: RECEIVED_ON }).records[0]
        ?.system
    })
    expect(systems).toEqual(['NOMIS', 'DELIUS'])
  })

  test('of the old kind has the time of London and says its number beside', () => {
    expect(recordOf(read(sample('legacy-updated')))).toMatchObject({
      system: 'NOMIS',
      localId: 'event:OFFENDER-UPDATED:T1234AB:2026-07-25T10:24:32.935Z:1000',
    })
  })

  test('has no time of its own where a template was left unfilled, nor any other value', () => {
    const update = read(sample('unfilled'))
    expect(recordOf(update)).not.toHaveProperty('eventAt')
    expect(recordOf(update).localId).toBe('event:enforcement.breach.concluded:T100001:untimed')
    expect(factsOf(update).event).not.toHaveProperty('detailUrl')
    expect(codesOf(update)).toEqual(['PLACEHOLDER', 'PLACEHOLDER', 'PARTLY_READ', 'NOTED'])
  })
})

describe('an event is kept for a person', () => {
  test.each([
    ['deleted-gdpr', 'ERASURE_ASKED', 'eventType'],
    ['legacy-deleted', 'ERASURE_ASKED', 'eventType'],
    ['legacy-booking', 'UNREADABLE', 'person'],
    ['hearing', 'UNREADABLE', 'hearing'],
  ])('where it is %s: %s', (name, code, path) => {
    expect(reasonAgainst(sample(name))).toMatchObject({ code, path })
  })

  test('where it names two people', () => {
    const payload = anEvent('person.alert.created', { nomsNumber: 'T1234AC' }, { noms: 'T1234AB' })
    expect(reasonAgainst(payload)).toMatchObject({ code: 'UNREADABLE', path: 'personReference' })
  })

  test('where it does not say what it is', () => {
    const payload = { occurredAt: '2026-03-01T10:00:00Z', additionalInformation: {} }
    expect(reasonAgainst(payload)).toMatchObject({ path: 'eventType' })
  })
})

describe('an envelope', () => {
  const enclosed = (body: object, value: unknown) =>
    openEnvelope({
      MessageId: 'm',
      Message: JSON.stringify(body),
      Timestamp: '2026-03-01T10:00:00Z',
      MessageAttributes: { eventType: { Type: 'String', Value: value } },
    })

  test('gives its kind to an event that has none, and beside it where they differ', () => {
    expect(enclosed({ occurredAt: '2026-02-01T10:00:00Z' }, 'a.b').payload).toMatchObject({
      eventType: 'a.b',
    })
    expect(enclosed({ eventType: 'a.c' }, 'a.b').payload).toEqual({
      eventType: 'a.c',
      envelopeEventType: 'a.b',
    })
    expect(enclosed({ eventType: 'a.b' }, 'a.b').payload).toEqual({ eventType: 'a.b' })
    expect(enclosed({ level: 2 }, 'a.b').payload).toEqual({ level: 2 })
  })

  test('dates an event whose own time is none', () => {
    expect(enclosed({ eventType: 'a.b', occurredAt: '{createdDate}' }, 'a.b')).toMatchObject({
      observedAt: '2026-03-01T10:00:00.000Z',
    })
  })
})

/** Every name that the published catalogue prints, families by one of theirs, and what is done with it. */
const CATALOGUE: Readonly<Record<string, 'applied' | 'noted' | 'kept'>> = {
  'probation-case.registration.added': 'applied',
  'probation-case.registration.updated': 'applied',
  'probation-case.registration.deregistered': 'applied',
  'probation-case.registration.deleted': 'applied',
  'probation-case.mappa-information.created': 'noted',
  'probation-case.mappa-information.updated': 'noted',
  'probation-case.mappa-information.deleted': 'noted',
  'probation-case.mappa-export.created': 'noted',
  'probation-case.mappa-export.terminated': 'noted',
  'probation-case.exclusion.updated': 'noted',
  'probation-case.restriction.updated': 'noted',
  'probation-case.merge.completed': 'applied',
  'probation-case.unmerge.completed': 'applied',
  'probation-case.engagement.created': 'noted',
  'probation-case.engagement.deleted': 'noted',
  'probation-case.engagement.recovered': 'noted',
  'probation-case.deleted.gdpr': 'kept',
  'probation-case.engagement.deleted.gdpr': 'kept',
  'probation-case.prison-identifier.added': 'noted',
  'probation-case.personal-details.updated': 'noted',
  'probation-case.address.created': 'noted',
  'probation-case.alias.updated': 'noted',
  'probation-case.sentence.created': 'noted',
  'probation-case.sentence.amended': 'noted',
  'probation-case.sentence.terminated': 'noted',
  'probation-case.sentence.unterminated': 'noted',
  'probation-case.sentence.deleted': 'noted',
  'probation-case.sentence.moved': 'noted',
  'probation-case.risk-scores.ogrs.manual-calculation': 'applied',
  'risk-assessment.scores.ogrs.determined': 'applied',
  'risk-assessment.scores.rsr.determined': 'applied',
  'assessment.summary.produced': 'noted',
  'prisoner-offender-search.prisoner.created': 'noted',
  'prisoner-offender-search.prisoner.updated': 'noted',
  'prisoner-offender-search.prisoner.received': 'applied',
  'prisoner-offender-search.prisoner.released': 'applied',
  'prisoner-offender-search.prisoner.removed': 'noted',
  'prisoner-offender-search.prisoner.alerts-updated': 'noted',
  'prisoner-offender-search.prisoner.convicted-status-changed': 'noted',
  'prison-offender-events.prisoner.received': 'applied',
  'prison-offender-events.prisoner.released': 'applied',
  'prison-offender-events.prisoner.merged': 'applied',
  'prison-offender-events.prisoner.booking.moved': 'noted',
  'tier.calculation.complete': 'noted',
  'tier.calculation.changed': 'noted',
  'calculate-release-dates.prisoner.changed': 'noted',
  ...Object.fromEntries(
    ['licence', 'hdc-licence', 'prrd-licence', 'variation', 'hdc-variation', 'time-served-licence'].flatMap(
      (kind) =>
        ['activated', 'inactivated'].map(
          (end) => [`create-and-vary-a-licence.${kind}.${end}`, 'applied'] as const,
        ),
    ),
  ),
  'person.alert.created': 'noted',
  'person.case-note.created': 'noted',
  'person.community.manager.allocated': 'noted',
  'recall.inserted': 'noted',
  'recall.updated': 'noted',
  'offender-management.handover.changed': 'noted',
  // Published samples beside the catalogue.
  'accredited-programmes-community.referral.status-updated': 'noted',
  'interventions.community-referral.created': 'noted',
  'enforcement.breach.concluded': 'noted',
  'enforcement.recall.raised': 'noted',
  'OFFENDER-UPDATED': 'noted',
  'OFFENDER_IDENTIFIER-UPDATED': 'noted',
  'ASSESSMENT-UPDATED': 'noted',
  'IMPRISONMENT_STATUS-CHANGED': 'noted',
  'BOOKING_NUMBER-CHANGED': 'noted',
  'DATA_COMPLIANCE_DELETE-OFFENDER': 'kept',
}

test('every kind of event of the catalogue is known by name or family, and its fate is said', () => {
  const fates = Object.keys(CATALOGUE).map((type) => {
    const kind = kindOf(type)
    return [type, kind.type === '*' ? 'unknown' : kind.fate]
  })
  expect(Object.fromEntries(fates)).toEqual(CATALOGUE)
})

test('every sample is read, or kept with a reason that names a field', () => {
  const names = readdirSync(join(__dirname, 'samples/domain-event')).map((name) =>
    name.replace(/\.json$/, ''),
  )
  const fates = names.map((name) => {
    try {
      return read(sample(name)).records.length > 0 ? 'read' : 'lost'
    } catch (error) {
      return error instanceof Unreadable && error.path !== '' ? 'kept' : 'failed'
    }
  })
  expect(new Set(fates)).toEqual(new Set(['read', 'kept']))
  expect(fates.filter((fate) => fate === 'kept')).toHaveLength(4)
})
