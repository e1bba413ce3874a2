import { normaliseIdentifier } from '../src/domain/identifiers'
import {
  DEMO_MAPPA_AREAS,
  DEMO_ORGANISATIONS,
  DEMO_PEOPLE,
  demoCases,
  validCro,
  validPnc,
  validSearchFileCro,
  type DemoCase,
} from '../src/demo/population'
import { isFormat, readPayload } from '../src/suppliers'
import { factsNotOwned } from '../src/updates/ownership'
import type { Facts, RecordStatement, StatedIdentifier } from '../src/updates/update'

const TODAY = new Date('2026-11-22T00:00:00Z')
const COUNT = 2000
const CASES = [...demoCases(COUNT, TODAY)]
const DOCUMENTS = CASES.flatMap(({ documents }) => documents)
const DECISIONS = CASES.flatMap(({ decisions }) => decisions)
const RECORDS = CASES.map(recordsOf)

describe('the demonstration population', () => {
  it('is the same in every run', () => {
    expect([...demoCases(300, TODAY)]).toEqual(CASES.slice(0, 300))
  })

  it('does not change with its size', () => {
    expect([...demoCases(20, TODAY)]).toEqual([...demoCases(500, TODAY)].slice(0, 20))
    expect([...demoCases(0, TODAY)]).toEqual([])
  })

  it('does not change with the hour', () => {
    expect([...demoCases(50, new Date('2026-11-22T23:59:59Z'))]).toEqual(CASES.slice(0, 50))
  })

  it('keeps people as they are when the day changes', () => {
    const later = [...demoCases(50, new Date('2027-06-01T00:00:00Z'))].map(recordsOf)
    expect(later.map(peopleIn)).toEqual(RECORDS.slice(0, 50).map(peopleIn))
    expect(later.map(identifiersIn)).toEqual(RECORDS.slice(0, 50).map(identifiersIn))
  })

  it('refuses a size beyond its identifiers', () => {
    expect(() => demoCases(800_001, TODAY).next()).toThrow(RangeError)
  })
})

describe('a demonstration document', () => {
  it('is read without a warning', () => {
    const warnings = DOCUMENTS.flatMap(({ item }) => read(item).warnings)
    expect(warnings).toEqual([])
  })

  it('is read as the same when its format is told by its shape', () => {
    for (const { item } of DOCUMENTS.slice(0, 2000)) {
      expect(readPayload('auto', item.payload, { person: [], receivedOn: TODAY })).toEqual(read(item))
    }
  })

  it('states only what its sender may state', () => {
    const refused = DOCUMENTS.flatMap(({ item, sender }) =>
      read(item).records.flatMap((record) => factsNotOwned(sender.role, record)),
    )
    expect(refused).toEqual([])
  })

  it('has a message id of its own, and was observed by today in order', () => {
    expect(new Set(DOCUMENTS.map(({ item }) => item.messageId)).size).toBe(DOCUMENTS.length)
    for (const { documents } of CASES) {
      const observed = documents.map(({ item }) => item.observedAt ?? '')
      expect(observed).toEqual([...observed].sort())
      expect(observed.every((at) => at !== '' && at <= TODAY.toISOString())).toBe(true)
    }
  })

  it('makes a person known before it says anything else of them', () => {
    for (const { documents } of CASES) {
      const [first] = documents
      expect(first && read(first.item).createsPerson).toBe(true)
    }
  })

  it('never tells of a reception, a release or an assessment before it happened', () => {
    for (const { item } of DOCUMENTS) {
      const observedOn = item.observedAt?.slice(0, 10) ?? ''
      for (const { facts } of read(item).records) {
        const dates = [facts.custody?.since, facts.assessment?.initiatedAt, facts.assessment?.completedAt]
        const began = facts.allocations?.map(({ since }) => since) ?? []
        const alerts = facts.alerts?.map(({ since }) => since) ?? []
        const past = [...dates, ...began, ...alerts, facts.registration?.since].filter(
          (date) => date !== undefined,
        )
        expect(past.filter((date) => date.slice(0, 10) > observedOn)).toEqual([])
        const release = facts.keyDates?.find(({ type }) => type === 'RELEASE')?.date
        if (facts.custody?.status === 'RELEASED') expect((release ?? '') <= observedOn).toBe(true)
        if (facts.custody?.status === 'IN_CUSTODY' && release) expect(release > observedOn).toBe(true)
      }
    }
  })
})

describe('the identifiers', () => {
  const byCase = RECORDS.map(identifiersIn)

  it('are valid', () => {
    expect(byCase.flat().filter((key) => key.endsWith(':false'))).toEqual([])
  })

  it('belong to one case each', () => {
    const all = byCase.flatMap((keys) => keys)
    expect(new Set(all).size).toBe(all.length)
  })

  it('number one person by one prison number and one CRN', () => {
    for (const records of RECORDS) {
      const named = (system: string) =>
        new Set(records.filter((r) => r.system === system && r.facts.person).map((r) => r.localId))
      expect(named('NOMIS').size).toBeLessThanOrEqual(1)
      expect(named('DELIUS').size).toBeLessThanOrEqual(1)
    }
  })

  it('join the two records of one person', () => {
    const both = RECORDS.filter((records) => has(records, 'NOMIS') && has(records, 'DELIUS'))
    for (const records of both) {
      const stated = (system: string) => identifiersIn(records.filter((record) => record.system === system))
      const shared = stated('NOMIS').filter((key) => stated('DELIUS').includes(key))
      expect(shared.map((key) => key.split(':')[0]).sort()).toEqual(['CRO', 'PNC', 'PRISON_NUMBER'])
    }
  })

  it.each([
    ['PNC', validPnc(2002, 73319), '2002/0073319Z'],
    ['PNC', validPnc(1981, 34), '1981/0000034U'],
    ['CRO', validCro(1991, 65656), '065656/91H'],
    ['CRO', validSearchFileCro(2005, 482703), 'SF05/482703J'],
  ] as const)('have the right check letter: %s %s', (type, made, known) => {
    expect(made).toBe(known)
    expect(normaliseIdentifier(type, made, TODAY).valid).toBe(true)
  })
})

describe('the shares', () => {
  const share = (fits: (records: readonly RecordStatement[]) => boolean) =>
    RECORDS.filter(fits).length / COUNT
  const latest = RECORDS.map((records) => latestFacts(records))
  const shareOf = (fits: (facts: Facts) => boolean) => latest.filter(fits).length / COUNT

  it.each([
    ['a prison record', share((records) => has(records, 'NOMIS')), 0.66, 0.74],
    ['a probation record', share((records) => has(records, 'DELIUS')), 0.81, 0.89],
    ['in custody', shareOf(({ custody }) => custody?.status === 'IN_CUSTODY'), 0.35, 0.5],
    ['in transfer', shareOf(({ custody }) => custody?.status === 'IN_TRANSFER'), 0.005, 0.04],
    ['out for the day', shareOf(({ custody }) => custody?.status === 'TEMPORARILY_OUT'), 0.01, 0.06],
    ['in hospital', shareOf(({ custody }) => custody?.status === 'IN_HOSPITAL'), 0.002, 0.02],
    ['released', shareOf(({ custody }) => custody?.status === 'RELEASED'), 0.15, 0.3],
    ['registered', share((records) => registeredLevels(records).length > 0), 0.09, 0.15],
    ['limited', shareOf(({ limitations }) => limitations !== undefined), 0.001, 0.012],
    ['never assessed', share((records) => !records.some((r) => r.facts.assessment)), 0.11, 0.2],
    [
      'said to be never assessed',
      share((records) => records.some((r) => r.facts.assessments?.length === 0)),
      0.06,
      0.13,
    ],
    ['unallocated', shareOf(({ allocations }) => allocations?.[0]?.unallocated === true), 0.02, 0.08],
    ['documents', DOCUMENTS.length / COUNT, 4.5, 6.5],
  ])('are plausible: %s', (_, found, low, high) => {
    expect(found).toBeGreaterThanOrEqual(low)
    expect(found).toBeLessThanOrEqual(high)
  })

  it('leave officers with caseloads of a real size', () => {
    const officers = latest.flatMap(
      ({ allocations }) => allocations?.find(({ until }) => !until)?.staffCode ?? [],
    )
    const counts = new Map<string, number>()
    for (const code of officers) counts.set(code, (counts.get(code) ?? 0) + 1)
    const people = [...counts].filter(([code]) => !code.endsWith('U')).map(([, count]) => count)
    expect(people.length).toBeGreaterThan(40)
    expect(Math.min(...people)).toBeGreaterThanOrEqual(15)
    expect(Math.max(...people)).toBeLessThanOrEqual(55)
  })
})

describe('the MAPPA cases', () => {
  const registered = RECORDS.filter((records) => registeredLevels(records).length > 0)

  it('are mostly at level 1, some at 2, few at 3, and some wait to be confirmed', () => {
    const levels = registered.map((records) => latestFacts(records.filter(isDelius)).registration?.level ?? 0)
    const count = (level: number) => levels.filter((each) => each === level).length
    expect(count(1)).toBeGreaterThan(registered.length / 2)
    expect(count(2)).toBeGreaterThan(count(3))
    expect(count(3)).toBeGreaterThan(2)
    expect(count(0)).toBeGreaterThan(5)
  })

  it('are held by the NPS', () => {
    const agencies = registered.flatMap((records) =>
      records.filter(isDelius).flatMap(({ agency }) => agency ?? []),
    )
    expect(agencies.filter((agency) => !/^N0[1-7]$/.test(agency))).toEqual([])
  })

  it('disagree between the registers in a few cases only', () => {
    const disputed = registered.filter((records) => {
      const prison = latestFacts(records.filter(({ system }) => system === 'NOMIS')).registration
      const probation = latestFacts(records.filter(isDelius)).registration
      return prison && probation && prison.level !== probation.level
    })
    expect(disputed.length).toBeGreaterThanOrEqual(2)
    expect(disputed.length).toBeLessThanOrEqual(12)
  })
})

describe('the risk of some', () => {
  it('is scored by tools that may not apply to them, and on registers of several classes', () => {
    const predictors = RECORDS.flat().flatMap(({ facts }) => facts.predictors ?? [])
    const bands = new Set(predictors.map(({ band }) => band))
    expect([...bands]).toEqual(expect.arrayContaining(['Low', 'Very High', 'NOT_APPLICABLE']))
    const kinds = new Set(
      RECORDS.flat()
        .filter(isRegistration)
        .flatMap(({ facts }) => Object.keys(facts)),
    )
    expect([...kinds].sort()).toEqual([
      'intelligenceRegistration',
      'riskRegistration',
      'safeguardingRegistration',
      'selfRiskRegistration',
    ])
  })
})

describe('the level decisions', () => {
  it('are made for about six in ten registered cases', () => {
    const registered = RECORDS.filter((records) => registeredLevels(records).length > 0).length
    const decided = CASES.filter(({ decisions }) => decisions.length > 0).length
    expect(decided / registered).toBeGreaterThan(0.5)
    expect(decided / registered).toBeLessThan(0.72)
  })

  it('keep the rules: no category 3 at level 1, a level unless to be confirmed, effective by then', () => {
    for (const { input, decidedAt } of DECISIONS) {
      expect(input.category === 3 && input.level === 1).toBe(false)
      expect(input.level === null).toBe(input.levelStatus === 'TBC')
      expect([1, 2, 3, 4]).toContain(input.category)
      expect(input.effectiveOn <= decidedAt.slice(0, 10)).toBe(true)
      expect(input.nextReviewOn > input.effectiveOn).toBe(true)
      expect(decidedAt < TODAY.toISOString()).toBe(true)
      expect(['SCREENING', 'LEVEL_2_MEETING', 'LEVEL_3_MEETING', 'LEAD_AGENCY_REVIEW']).toContain(input.forum)
      expect(input.rationale).toMatch(/\S/)
    }
  })

  it('end at the level of the probation register, with a review that is mostly still ahead', () => {
    const today = TODAY.toISOString().slice(0, 10)
    const newest = CASES.flatMap(({ decisions }, index) => {
      const input = decisions.at(-1)?.input
      return input
        ? [{ input, registration: latestFacts(RECORDS[index]?.filter(isDelius) ?? []).registration }]
        : []
    })
    for (const { input, registration } of newest) {
      expect(registration).toMatchObject({ category: input.category, levelStatus: input.levelStatus })
      expect(registration?.level ?? null).toBe(input.level)
      expect(registration?.nextReviewOn).toBe(input.nextReviewOn)
    }
    const overdue = newest.filter(({ input }) => input.nextReviewOn < today).length
    expect(overdue).toBeGreaterThan(3)
    expect(overdue / newest.length).toBeLessThan(0.25)
  })

  it('follow one another, about a known person of an area that the decider’s agency covers', () => {
    for (const [index, { decisions }] of CASES.entries()) {
      const times = decisions.map(({ decidedAt }) => decidedAt)
      expect(times).toEqual([...new Set(times)].sort())
      for (const { crn, input, decidedBy } of decisions) {
        expect(RECORDS[index]?.some(({ localId }) => localId === crn)).toBe(true)
        const area = DEMO_MAPPA_AREAS.find((each) => each.area === input.area)
        expect(area?.agencies).toContain(decidedBy.agency)
        expect(area?.agencies).toContain(input.leadAgency)
      }
    }
  })
})

describe('the reference data', () => {
  const codes = DEMO_ORGANISATIONS.map(({ code }) => code)

  it('names each organisation once, and all that the documents and the areas name', () => {
    expect(new Set(codes).size).toBe(codes.length)
    const stated = RECORDS.flat().flatMap(({ facts }) => [
      facts.custody?.establishment,
      facts.custody?.supportingEstablishment,
      facts.registration?.organisation,
      ...(facts.allocations ?? []).map(({ organisation }) => organisation),
    ])
    const named = [
      ...stated.filter((code) => code !== undefined),
      ...DEMO_MAPPA_AREAS.flatMap((area) => area.agencies),
    ]
    expect([...new Set(named)].filter((code) => !codes.includes(code))).toEqual([])
  })

  it('calls each organisation as the documents do', () => {
    const names = new Map(DEMO_ORGANISATIONS.map(({ code, name }) => [code, name]))
    for (const { facts } of RECORDS.flat()) {
      const { establishment, establishmentName } = facts.custody ?? {}
      if (establishment !== undefined) expect(establishmentName).toBe(names.get(establishment))
      for (const allocation of facts.allocations ?? []) {
        expect(allocation.organisationName).toBe(names.get(allocation.organisation ?? ''))
      }
    }
  })

  it('has the 42 areas, seven divisions and 21 CRCs', () => {
    const count = (type: string) => DEMO_ORGANISATIONS.filter((each) => each.type === type).length
    expect([DEMO_MAPPA_AREAS.length, count('POLICE'), count('NPS_DIVISION'), count('CRC')]).toEqual([
      42, 42, 7, 21,
    ])
  })
})

describe('the people of the tour', () => {
  const { inCustody, heldByCrc, inConflict, limitedAccess } = DEMO_PEOPLE
  const factsOf = ({ index }: { readonly index: number }, system?: string) =>
    latestFacts((RECORDS[index] ?? []).filter((record) => system === undefined || record.system === system))

  it.each(Object.values(DEMO_PEOPLE))(
    'have the numbers, the name and the officer that are exported: $family',
    (who) => {
      const records = RECORDS[who.index] ?? []
      const ids = records.filter(({ facts }) => facts.person).map(({ localId }) => localId)
      expect(new Set(ids)).toEqual(new Set([who.crn, who.prisonNumber]))
      expect(identifiersIn(records)).toContain(`PNC:${who.pnc}:true`)
      expect(factsOf(who, 'DELIUS').person).toMatchObject({ given: who.given, family: who.family })
      const now = factsOf(who).allocations?.find(({ until }) => until === undefined)
      expect(now).toMatchObject({ organisation: who.provider, team: who.team, staffCode: who.staffCode })
      expect(records.some(({ facts }) => facts.rosh)).toBe(true)
    },
  )

  it('include one in custody at level 2 with decisions', () => {
    expect(factsOf(inCustody).custody).toMatchObject({
      status: 'IN_CUSTODY',
      establishment: inCustody.establishment,
    })
    for (const system of ['NOMIS', 'DELIUS']) {
      expect(factsOf(inCustody, system).registration).toMatchObject({ category: 1, level: 2 })
    }
    expect(newestRosh(RECORDS[inCustody.index] ?? [])).toBe('HIGH')
    const decisions = CASES[inCustody.index]?.decisions ?? []
    expect(decisions).toHaveLength(2)
    expect(decisions.at(-1)?.decidedBy).toMatchObject({ subject: inCustody.coordinator, agency: 'N02' })
    expect(decisions.at(-1)?.input).toMatchObject({ category: 1, level: 2, area: inCustody.area })
  })

  it('include one at medium risk in the community, held by a CRC', () => {
    expect(factsOf(heldByCrc).custody?.status).toBe('RELEASED')
    expect(newestRosh(RECORDS[heldByCrc.index] ?? [])).toBe(heldByCrc.rosh)
    expect(registeredLevels(RECORDS[heldByCrc.index] ?? [])).toEqual([])
  })

  it('include one whose registers disagree', () => {
    expect(factsOf(inConflict).custody?.establishment).toBe(inConflict.establishment)
    expect(factsOf(inConflict, 'NOMIS').registration).toMatchObject({ category: 1, level: 1 })
    expect(factsOf(inConflict, 'DELIUS').registration).toMatchObject({ category: 1, level: 2 })
    expect(CASES[inConflict.index]?.decisions).toEqual([])
  })

  it('include one who is referred to a programme, and one on licence', () => {
    expect(factsOf(inCustody, 'NOMIS').referral).toMatchObject({ programme: 'Kaizen', establishment: 'MDI' })
    expect(factsOf(heldByCrc, 'DELIUS').licence).toMatchObject({ type: 'AP', status: 'ACTIVE' })
  })

  it('include one with limited access', () => {
    const { limitations, limitationFlags } = factsOf(limitedAccess)
    expect(limitations).toMatchObject({
      exclusions: [],
      restrictions: [{ username: limitedAccess.restrictedTo }],
      restrictionMessage: limitedAccess.restrictionMessage,
    })
    expect(limitationFlags).toMatchObject({ restricted: true, excluded: false })
  })
})

function read(item: DemoCase['documents'][number]['item']) {
  if (!isFormat(item.format)) throw new Error(`${item.format} is no format`)
  return readPayload(item.format, item.payload, { person: item.person, receivedOn: TODAY })
}

function recordsOf({ documents }: DemoCase): RecordStatement[] {
  return documents.flatMap(({ item }) => read(item).records)
}

/** What the records state in the end; later documents replace earlier ones. */
function latestFacts(records: readonly RecordStatement[]): Facts {
  return Object.assign({}, ...records.map(({ facts }) => facts)) as Facts
}

function peopleIn(records: readonly RecordStatement[]) {
  return records.flatMap(({ facts }) => facts.person ?? []).slice(0, 1)
}

/** Each identifier of a person once, as `TYPE:value:valid`. */
function identifiersIn(records: readonly RecordStatement[]): string[] {
  const stated = records.flatMap(({ facts }): readonly StatedIdentifier[] => facts.identifiers ?? [])
  const keys = stated.map(({ type, raw }) => {
    const { value, valid } = normaliseIdentifier(type, raw, TODAY)
    return `${type}:${value}:${valid}`
  })
  return [...new Set(keys)].sort()
}

function has(records: readonly RecordStatement[], wanted: RecordStatement['system']): boolean {
  return records.some(({ system }) => system === wanted)
}

function isDelius({ system }: RecordStatement): boolean {
  return system === 'DELIUS'
}

/** Each registration is a record of its own, which goes by its own number. */
function isRegistration({ localId }: RecordStatement): boolean {
  return localId.startsWith('registration:')
}

function registeredLevels(records: readonly RecordStatement[]): (number | null)[] {
  return records
    .filter(isDelius)
    .flatMap(({ facts }) => (facts.registration ? [facts.registration.level] : []))
}

function newestRosh(records: readonly RecordStatement[]): string | undefined {
  const summaries = records.filter(({ facts }) => facts.rosh)
  return summaries.sort((a, b) => ((a.eventAt ?? '') < (b.eventAt ?? '') ? 1 : -1))[0]?.facts.rosh?.overall
}
