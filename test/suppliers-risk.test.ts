import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentsIn, readPayload, recogniseFormat } from '../src/suppliers'
import {
  Unreadable,
  type Facts,
  type RecordStatement,
  type StatedIdentifier,
  type Update,
} from '../src/updates/update'

const CRN: StatedIdentifier = { type: 'CRN', raw: 'T123456' }

function sample(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(__dirname, 'samples', `${name}.json`), 'utf8')) as Record<
    string,
    unknown
  >
}

function read(payload: unknown, person: readonly StatedIdentifier[] = []): Update {
  return readPayload('auto', payload, { person, receivedOn: new Date('2026-09-01T00:00:00Z') })
}

/** Of somebody whom the message names. */
const readOf = (payload: unknown) => read(payload, [CRN])

function recordOf({ records }: Update, localId?: string): RecordStatement {
  const fitting = records.filter((record) => localId === undefined || record.localId === localId)
  expect(fitting).toHaveLength(1)
  return fitting[0]!
}

const codesOf = ({ warnings }: Update) => warnings.map(({ code }) => code)

function reasonAgainst(payload: unknown): { message: string; path: string } {
  try {
    readOf(payload)
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable)
    return error as Unreadable
  }
  throw new Error('it could be read')
}

test.each([
  ...['oasys-list', 'oasys-one', 'arns-1', 'arns-2', 'outside', 'history'].map((name) => [
    `risk-predictors/${name}`,
    'risk-predictors',
  ]),
  ...['arn-whole', 'full-analysis', 'screening', 'indicators'].map((name) => [
    `rosh-summary/${name}`,
    'rosh-summary',
  ]),
  ...['needs-oasys', 'needs', 'summaries'].map((name) => [
    `assessment-timeline/${name}`,
    'assessment-timeline',
  ]),
  ...['risk-flags', 'supervisions', 'dynamic-risk', 'registrations'].map((name) => [
    `mappa-detail/${name}`,
    'mappa-detail',
  ]),
])('%s is recognised as %s', (name, format) => {
  expect(recogniseFormat(sample(name))).toBe(format)
})

describe('scores', () => {
  const scores = (update: Update, localId?: string) => recordOf(update, localId).facts.predictors ?? []
  const scoreOf = (update: Update, name: string, localId?: string) =>
    scores(update, localId).filter((score) => score.name === name)

  test('of an OASys list belong to the assessment, beside its timeline', () => {
    const update = read(sample('risk-predictors/oasys-list'))
    expect(update.records.map(({ localId, rank }) => [localId, rank])).toEqual([
      ['5001', 2],
      ['5002', 1],
    ])
    const { assessment } = recordOf(update, '5001').facts
    const timeline = read(sample('assessment-timeline/oasys'))
    expect(assessment).toEqual(recordOf(timeline, '5001').facts.assessment)
    const described = { version: '1', status: 'COMPLETE', completedAt: '2024-12-19T16:57:25.000Z' }
    expect(scores(update, '5001')).toEqual([
      { name: 'OGRS3', oneYear: 3, twoYears: 5, score: 5, band: 'L', ...described },
      {
        name: 'OGP',
        oneYear: 4,
        twoYears: 8,
        score: 8,
        band: 'Low',
        staticWeightedScore: 3,
        dynamicWeightedScore: 7,
        totalWeightedScore: 10,
        ...described,
      },
      {
        name: 'RSR',
        score: 50.1234,
        band: 'Medium',
        staticOrDynamic: 'DYNAMIC',
        algorithmVersion: '5',
        ...described,
      },
      { name: 'OSP/C', score: 0, band: 'NOT_APPLICABLE', ...described },
      { name: 'OSP/I', band: 'NA', ...described },
    ])
  })

  test('of one OASys assessment belong to the one that was asked for; what was not calculated is none', () => {
    const update = read(sample('risk-predictors/oasys-one'))
    expect(recordOf(update)).toMatchObject({ localId: '5001', rank: -1 })
    expect(
      scores(update).map(({ name, version, staticOrDynamic }) => [name, version, staticOrDynamic]),
    ).toEqual([
      ['OSP/DC', '1', undefined],
      ['OSP/IIC', '1', undefined],
      ['OGRS4/G', '2', 'STATIC'],
      ['SNSV', '2', 'STATIC'],
      ['SNSV', '2', 'DYNAMIC'],
    ])
    expect(codesOf(update)).toEqual(['NOT_CALCULATED'])
  })

  test('of ARNS are a record by person and moment, the first generation', () => {
    const update = readOf(sample('risk-predictors/arns-1'))
    expect(recordOf(update)).toMatchObject({ localId: 'assessed:T123456:2024-07-29T02:07:38.000Z', rank: 2 })
    expect(recordOf(update).facts.assessment).toEqual({
      tool: 'OASYS_LAYER3',
      rawType: 'LAYER3',
      status: 'COMPLETE',
      completedAt: '2024-07-29T02:07:38.000Z',
      scoresOnly: true,
    })
    expect(scores(update).map(({ name, score, band }) => [name, score, band])).toEqual([
      ['OGRS3', 12, 'LOW'],
      ['OVP', 5, 'LOW'],
      ['OGP', 7, 'LOW'],
      ['RSR', 0.05, 'LOW'],
      ['OSP/DC', 8, 'MEDIUM'],
      ['OSP/IIC', 0, 'NOT_APPLICABLE'],
    ])
    expect(scoreOf(update, 'RSR')[0]).toMatchObject({ calculatedBy: 'OASYS', algorithmVersion: '5' })
    expect(scoreOf(update, 'OVP')[0]).toMatchObject({ oneYear: 3, twoYears: 5, totalWeightedScore: 14 })
  })

  test('of the second generation keep their published names, bands as they are, and no placeholder', () => {
    const update = readOf(sample('risk-predictors/arns-2'))
    expect(recordOf(update)).toMatchObject({
      localId: 'assessed:T123456:2026-01-21T16:05:43.123Z',
      rank: 1,
    })
    expect(scores(update).map(({ name, version, score, band }) => [name, version, score, band])).toEqual([
      ['allReoffendingPredictor', '2', 16.8, 'LOW'],
      ['violentReoffendingPredictor', '2', 16.94, 'HIGH'],
      ['seriousViolentReoffendingPredictor', '2', 0.28, undefined],
      ['directContactSexualReoffendingPredictor', '2', 0, 'NOT_APPLICABLE'],
      ['combinedSeriousReoffendingPredictor', '2', 0.28, 'V'],
    ])
    expect(update.warnings).toEqual([
      {
        code: 'PLACEHOLDER',
        message:
          'output.seriousViolentReoffendingPredictor.band is an unfilled placeholder and not a value: it is left out',
      },
    ])
  })

  test('of a copy for outside readers rank below the scores themselves', () => {
    const update = readOf(sample('risk-predictors/outside'))
    const { localId, rank } = recordOf(readOf(sample('risk-predictors/arns-1')))
    expect(recordOf(update)).toMatchObject({ localId, rank: (rank ?? 0) - 1 })
    expect(scores(update).map(({ name, score, band }) => [name, score ?? band])).toEqual([
      ['OGRS3', 1.1],
      ['OVP', 'MEDIUM'],
      ['OGP', 'LOW'],
      ['RSR', 12.17],
      ['OSP/C', 16.2],
      ['OSP/I', 'LOW'],
    ])
  })

  test('of a history are those of one date', () => {
    const update = readOf(sample('risk-predictors/history'))
    expect(scores(update).map(({ name, score, band }) => [name, score, band])).toEqual([
      ['RSR', 18, 'HIGH'],
      ['OSP/C', 6.2, 'LOW'],
      ['OSP/I', 8.1, 'MEDIUM'],
    ])
  })

  test('of both generations may come in one list', () => {
    const list = [sample('risk-predictors/arns-1'), sample('risk-predictors/arns-2')]
    const versions = documentsIn(list).map((document) => scores(readOf(document))[0]?.version)
    expect(versions).toEqual(['1', '2'])
  })

  test('that are no numbers are left out, with the place', () => {
    const update = readOf({
      completedDate: '2024-07-29T03:07:38',
      groupReconvictionScore: { oneYear: 'many', twoYears: -2147483648, scoreLevel: 'LOW' },
    })
    expect(scores(update)).toEqual([expect.objectContaining({ name: 'OGRS3', band: 'LOW' })])
    expect(update.warnings.map(({ message }) => message)).toEqual([
      'groupReconvictionScore.oneYear is not a number we can read and is left out',
      'groupReconvictionScore.twoYears is not a number we can read and is left out',
    ])
  })

  test('of which none was calculated are not stated, so that unknown does not become none', () => {
    const RSR = { rsrPercentageScore: null, scoreLevel: null, rsrStaticOrDynamic: 'STATIC' }
    const update = readOf({ assessments: [{ assessmentPk: 7, assessmentStatus: 'COMPLETE', RSR }] })
    expect(Object.keys(recordOf(update).facts)).toEqual(['assessment'])
    const empty = () =>
      readPayload('risk-predictors', { assessments: [] }, { person: [CRN], receivedOn: new Date() })
    expect(empty).toThrow(/there is none to read/)
  })

  test('without number and date cannot be placed', () => {
    expect(reasonAgainst({ outputVersion: '2', output: {} }).path).toBe('completedDate')
  })
})

describe('risk to self and other risks', () => {
  test('are read from the ARN summary, answers in any spelling, and no masked text', () => {
    const update = readOf(sample('rosh-summary/arn-whole'))
    expect(recordOf(update).facts).toMatchObject({
      rosh: {
        overall: 'VERY_HIGH',
        communityChildren: 'HIGH',
        communityKnownAdult: 'HIGH',
        communityStaff: 'VERY_HIGH',
        custodyChildren: 'HIGH',
        custodyPrisoners: 'LOW',
        analysisOfRiskFactors: 'Test: analysis',
        assessedOn: '2024-07-29',
      },
      selfRisks: [
        {
          area: 'SUICIDE',
          risk: 'DONT_KNOW',
          current: 'YES',
          currentText: 'Test: now',
          previous: 'NO',
          previousText: 'Test: then',
        },
        {
          area: 'SELF_HARM',
          current: 'NOT_APPLICABLE',
          currentText: 'Test: now',
          previous: 'YES',
          previousText: 'Test: then',
        },
        { area: 'CUSTODY', risk: 'YES' },
        { area: 'VULNERABILITY', current: 'Perhaps', currentText: 'Test: now', previousText: 'Test: then' },
      ],
      otherRisks: [
        { area: 'ESCAPE_OR_ABSCOND', risk: 'YES' },
        { area: 'CONTROL_ISSUES_DISRUPTIVE_BEHAVIOUR', risk: 'NO' },
        { area: 'RISK_TO_OTHER_PRISONERS', risk: 'DONT_KNOW' },
      ],
    })
    expect(recordOf(update).facts.selfRisks?.[1]).not.toHaveProperty('risk')
    expect(codesOf(update)).toEqual(['REDACTED_TEXT', 'UNKNOWN_ANSWER'])
  })

  test('are read from the full analysis of OASys, which states no level and holds more than we do', () => {
    const update = read(sample('rosh-summary/full-analysis'))
    expect(recordOf(update)).toMatchObject({ localId: '5001', rank: 2 })
    expect(recordOf(update).facts).toEqual({
      assessment: expect.objectContaining({ status: 'COMPLETE' }) as object,
      assessmentAuthor: { assessorName: 'Test Assessor', signedAt: '2024-12-19T16:55:32.000Z' },
      selfRisks: [
        { area: 'SUICIDE', current: 'YES', currentText: 'Test: both', previous: 'YES' },
        { area: 'SELF_HARM', currentText: 'Test: both' },
        { area: 'CUSTODY', current: 'NOT_APPLICABLE' },
        { area: 'HOSTEL_SETTING', current: 'NO' },
      ],
      otherRisks: [
        { area: 'ESCAPE_OR_ABSCOND', current: 'YES', currentText: 'Test: escape', previous: 'NO' },
        { area: 'BREACH_OF_TRUST', current: 'DONT_KNOW' },
      ],
    })
    expect(update.warnings).toEqual([
      { code: 'PARTLY_READ', message: 'Not held here, and left out: currentWhatDone' },
    ])
  })

  test('of a screening belong to the assessment that was asked for, below what is said of the whole', () => {
    const update = read(sample('rosh-summary/screening'))
    expect(recordOf(update)).toMatchObject({ localId: '5001', rank: -1 })
    expect(recordOf(update).facts.selfRisks).toEqual([
      { area: 'SUICIDE', risk: 'YES' },
      { area: 'SELF_HARM', risk: 'DONT_KNOW' },
      { area: 'CUSTODY', risk: 'NO' },
    ])
  })

  test('and levels of the indicators rank below the summary, and their scores are apart from the sections', () => {
    const update = read(sample('rosh-summary/indicators'))
    expect(recordOf(update)).toMatchObject({ localId: '5001', rank: 1 })
    expect(recordOf(update).facts).toMatchObject({
      rosh: { communityStaff: 'MEDIUM', custodyPrisoners: 'MEDIUM' },
      selfRisks: [{ area: 'SUICIDE', current: 'NO' }],
      sectionScores: [
        { section: 'ACCOMMODATION', number: 3, name: 'Accommodation', score: 0 },
        { section: 'THINKING_AND_BEHAVIOUR', number: 11, name: 'Thinking and Behaviour', score: 7 },
      ],
    })
    expect(recordOf(update).facts).not.toHaveProperty('sections')
    expect(codesOf(update)).toEqual(['PARTLY_READ'])
  })

  test('of two questions about the same factors keep both answers', () => {
    const factors = { factorsLikelyToReduceRisk: 'Test: one', factorsStrengthsAndProtective: 'Test: two' }
    const update = readOf({ assessmentPk: 1, riskPublicCommunity: 'Low', ...factors })
    expect(recordOf(update).facts.rosh?.riskMitigationFactors).toBe('Test: one\n\nTest: two')
  })

  test.each(['widget', 'masked'])('a %s is a part of a summary', (name) => {
    expect(recordOf(readOf(sample(`rosh-summary/${name}`))).rank).toBe(-1)
  })
})

describe('the sections of an assessment', () => {
  const sectionsOf = (name: string) => recordOf(readOf(sample(`assessment-timeline/${name}`)))

  test('are read from OASys with their thresholds and links; what is not there is missing', () => {
    const { localId, rank, facts } = sectionsOf('needs-oasys')
    expect([localId, rank]).toEqual(['5001', -1])
    expect(facts.sections).toHaveLength(10)
    expect(facts.sections?.filter(({ answered }) => answered)).toEqual([
      {
        section: 'ACCOMMODATION',
        number: 3,
        name: 'Accommodation',
        score: 0,
        threshold: 2,
        linkedToReoffending: 'YES',
        linkedToHarm: 'NO',
        answered: true,
        version: '1',
      },
      expect.objectContaining({ section: 'EDUCATION_TRAINING_AND_EMPLOYABILITY', score: 3, threshold: 3 }),
      { section: 'FINANCE', name: 'Finance', linkedToHarm: 'NO', answered: true, version: '1' },
    ])
    expect(facts.sections).toContainEqual({
      section: 'THINKING_AND_BEHAVIOUR',
      number: 11,
      name: 'Thinking and Behaviour',
      threshold: 4,
      answered: false,
      version: '1',
    })
    expect(facts.sections).toContainEqual({
      section: 'DRUG_MISUSE',
      number: 8,
      name: 'Drug Misuse',
      answered: false,
    })
  })

  test('are read from a list of needs, with the need and its severity as stated', () => {
    const { localId, facts } = sectionsOf('needs')
    expect(localId).toBe(recordOf(readOf(sample('risk-predictors/arns-1'))).localId)
    expect(facts.sections?.slice(0, 3)).toEqual([
      {
        section: 'DRUG_MISUSE',
        number: 8,
        name: 'Drug Misuse',
        score: 8,
        threshold: 2,
        severity: 'SEVERE',
        need: 'IDENTIFIED_NEED',
        linkedToReoffending: 'YES',
        linkedToHarm: 'NO',
        answered: true,
        version: 'OASYS',
      },
      expect.objectContaining({ section: 'FINANCE', need: 'UNSCORED_NEED', answered: true }),
      { section: 'MADE_UP', name: 'Made-up section', score: 1, answered: true, version: 'OASYS' },
    ])
    expect(facts.sections).toHaveLength(11)
  })

  test('a list of assessments says who made them', () => {
    expect(sectionsOf('summaries')).toMatchObject({
      localId: '7',
      rank: 0,
      facts: {
        assessment: { tool: 'OASYS_LAYER1', status: 'OPEN' },
        assessmentAuthor: { assessorName: 'Test Assessor', countersignerName: 'Test Countersigner' },
      },
    })
  })
})

describe('registrations', () => {
  const factsOf = (update: Update, localId: string): Facts => recordOf(update, localId).facts

  test('of a list of flags are records by their own numbers, told by name where there is no code', () => {
    const update = read(sample('mappa-detail/risk-flags'))
    expect(update.records.map(({ system, localId }) => `${system} ${localId}`)).toEqual([
      'DELIUS T123456',
      'DELIUS registration:1',
      'DELIUS registration:2',
      'DELIUS registration:5',
    ])
    expect(factsOf(update, 'T123456').registration).toMatchObject({ level: 2, category: null })
    expect(factsOf(update, 'registration:1')).toEqual({
      riskRegistration: {
        description: 'Risk to Staff',
        level: 'RSKH',
        levelDescription: 'High',
        startedOn: '2022-12-18',
        nextReviewOn: '2024-12-15',
        active: true,
        officerName: 'Test Officer',
      },
    })
    expect(factsOf(update, 'registration:2').intelligenceRegistration).toMatchObject({
      description: 'Made-up register',
      lastReviewedOn: '2023-12-18',
      notes: '2024-10-30 Test Writer: Test: first\n\nTest: second',
    })
    expect(factsOf(update, 'registration:5').riskRegistration).toMatchObject({
      active: false,
      endedOn: '2025-01-10',
      notes: 'Test: note\n\n2025-01-10 Test Remover: Test: removal',
    })
    expect(codesOf(update)).toEqual(['UNKNOWN_REGISTER', 'UNKNOWN_REGISTER', 'LISTED_TWICE', 'PARTLY_READ'])
  })

  test('without numbers are records by case, type and start; the misspelt code is taken, the MAPPA one is not', () => {
    const update = read(sample('mappa-detail/supervisions'))
    expect(update.records.map(({ localId, facts }) => [localId, Object.keys(facts)])).toEqual([
      ['T123456', ['registration']],
      ['registration:T123456:RCCO:2018-07-27', ['safeguardingRegistration']],
      ['registration:T123456:RVRH:2023-06-19', ['riskRegistration']],
      ['registration:T123456:WRSM:2020-12-04', ['supervisionRegistration']],
    ])
    expect(factsOf(update, 'registration:T123456:RCCO:2018-07-27')).toEqual({
      safeguardingRegistration: {
        registerType: 'RCCO',
        description: 'Child Concerns',
        startedOn: '2018-07-27',
        nextReviewOn: '2026-03-20',
        active: true,
        partial: true,
      },
    })
    expect(codesOf(update)).toEqual(['REDACTED_TEXT', 'MISSPELT_REGISTER', 'PARTLY_READ', 'PARTLY_READ'])
  })

  test('as Delius has them name their officer, team and provider', () => {
    expect(recordOf(read(sample('mappa-detail/registrations')))).toEqual({
      system: 'DELIUS',
      localId: 'registration:2500064995',
      facts: {
        riskRegistration: {
          registerType: 'RHRH',
          description: 'High RoSH',
          level: 'L2',
          levelDescription: 'Test level',
          category: 'C3',
          categoryDescription: 'Test category',
          startedOn: '2019-09-11',
          nextReviewOn: '2020-12-11',
          endedOn: '2020-01-02',
          active: false,
          notes: 'Test: note\n\nTest: end',
          staffCode: 'N02T001',
          officerName: 'Test Officer',
          team: 'N02TST',
          organisation: 'N02',
          organisationName: 'NPS North East',
        },
      },
    })
  })

  test('whose notes the sender cut short say so', () => {
    const riskNotes = [{ note: 'Test: as far as i', hasNoteBeenTruncated: true }]
    expect(codesOf(readOf({ riskFlags: [{ id: 1, code: 'WEAP', riskNotes }] }))).toEqual(['TRUNCATED_TEXT'])
  })

  test('of a history of RoSH may have ended without a date', () => {
    const roshHistory = [
      { active: false, type: 'RVHR', typeDescription: 'Very High RoSH', startDate: '2021-01-30' },
    ]
    const update = readOf({ roshHistory })
    expect(recordOf(update).facts).toEqual({
      riskRegistration: {
        registerType: 'RVHR',
        description: 'Very High RoSH',
        startedOn: '2021-01-30',
        active: false,
      },
    })
  })

  test('may come one by one', () => {
    const update = readOf(sample('mappa-detail/dynamic-risk'))
    expect(recordOf(update)).toEqual({
      system: 'DELIUS',
      localId: 'registration:T123456:STRG:2019-08-24',
      facts: {
        intelligenceRegistration: {
          registerType: 'STRG',
          startedOn: '2019-08-24',
          nextReviewOn: '2019-08-24',
          active: true,
          notes: 'Test note',
        },
      },
    })
    expect(codesOf(update)).toEqual(['PLACEHOLDER'])
  })

  test('that name no register, or of which there are none, cannot be read', () => {
    expect(reasonAgainst({ riskFlags: [{ id: 1, startDate: '2021-01-30' }] }).path).toBe('riskFlags.0.code')
    expect(reasonAgainst({ riskFlags: [] }).message).toBe('The document lists no registration')
  })
})

describe('a placeholder', () => {
  test.each(['{risk}', '{{ risk.level }}', '${risk}', ' {risk} '])('%j is not a value', (risk) => {
    const update = readOf({ assessedOn: '2024-07-29', overallRiskLevel: risk, whoIsAtRisk: 'Test {who}' })
    expect(recordOf(update).facts.rosh).toEqual({ whoIsAtRisk: 'Test {who}', assessedOn: '2024-07-29' })
    expect(codesOf(update)).toEqual(['PLACEHOLDER'])
  })

  test('never makes a list empty or a block null, which would be statements', () => {
    expect(reasonAgainst({ crn: 'T123456', timeline: ['{assessment}'], needs: [] }).path).toBe('timeline.0')
    expect(reasonAgainst({ crn: 'T123456', mappa: '{mappa}' }).message).toMatch(
      /states neither a MAPPA level/,
    )
  })
})
