import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const CRC_OFFICER: As = { role: 'CRC_OFFICER', agency: 'C05' }
const PRISON_OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const MUTATION = `mutation($input: PushCaseUpdatesInput!) { pushCaseUpdates(input: $input) {
  results { index messageId outcome offenderId errors { code path message } warnings { code message } } } }`

async function push(as: As, update: object): Promise<ItemAnswer> {
  const body = await t.ask(as, MUTATION, { input: { updates: [update] } })
  expect(body.errors).toBeUndefined()
  const { results } = body.data?.['pushCaseUpdates'] as { results: ItemAnswer[] }
  return results[0]!
}

async function applied(as: As, update: object): Promise<void> {
  expect(await push(as, update)).toMatchObject({ outcome: 'APPLIED', errors: [] })
}

async function ingested(as: As, format: string, document: object): Promise<ItemAnswer> {
  const { results } = await t.ingest(as, format, document)
  expect(results).toHaveLength(1)
  return results[0]!
}

interface Seen {
  readonly [field: string]: unknown
}

async function ask(as: As, crn: string, fields: string) {
  const body = await t.ask(as, `query($by: OffenderRef!) { offender(by: $by) { risk { ${fields} } } }`, {
    by: { crn },
  })
  expect(body.errors).toBeUndefined()
  const { risk } = body.data?.['offender'] as { risk: Seen }
  return { risk, withheld: (body.extensions?.withheld ?? []).map(({ path }) => path.slice(2).join('.')) }
}

async function latest(as: As, crn: string, fields: string): Promise<Seen> {
  const { risk } = await ask(as, crn, `latest { ${fields} }`)
  return risk['latest'] as Seen
}

let cases = 0

/** A case that both probation and a CRC hold, and of which nothing else is known. */
async function someCase(): Promise<string> {
  cases += 1
  const crn = `X5${String(cases).padStart(5, '0')}`
  const offenderManagers = [aManager(), aManager({ staff: 'C05ABC1', team: 'C05ABC', provider: 'C05' })]
  await ingested(PROBATION, 'probation-search', aCase(crn, { offenderManagers }))
  return crn
}

const assessment = (crn: string, localId: string, more: object = {}) => ({
  person: { crn },
  fact: {
    assessment: {
      localId,
      tool: 'OASYS_LAYER3',
      status: 'COMPLETE',
      completedAt: '2026-05-04T10:00:00Z',
      ...more,
    },
  },
})

const PREDICTORS = `predictors { name version score oneYear twoYears band staticOrDynamic algorithmVersion completedAt
  status calculatedBy source { system } } predictorsState`

describe('one assessment out of several documents', () => {
  const timeline = (crn: string, pk: number) => ({
    crn,
    timeline: [
      {
        assessmentPk: pk,
        assessmentType: 'LAYER3',
        status: 'COMPLETE',
        initiationDate: '2026-05-01T10:00:00',
        completedDate: '2026-05-04T10:00:00',
      },
    ],
  })
  const scores = (crn: string, pk: number) => ({
    crn,
    assessments: [
      {
        assessmentPk: pk,
        assessmentType: 'LAYER3',
        assessmentStatus: 'COMPLETE',
        initiationDate: '2026-05-01T10:00:00',
        dateCompleted: '2026-05-04T10:00:00',
        OGRS: { ogrs31Year: 31, ogrs32Year: 48, ogrs3RiskRecon: 'Low' },
      },
    ],
  })
  const needs = (pk: number) => ({
    assessments: [
      {
        assessmentPk: pk,
        assessmentType: 'LAYER3',
        dateCompleted: '2026-05-04T10:00:00',
        acc: { accThreshold: 2, accOtherWeightedScore: 3, accLinkedToHarm: 'No' },
        eTE: { eTEThreshold: 3, eTEOtherWeightedScore: null, eTELinkedToHarm: null },
      },
    ],
  })
  const indicators = (crn: string, pk: number) => ({
    crn,
    assessments: [
      {
        assessmentPk: pk,
        assessmentType: 'LAYER3',
        assessmentStatus: 'COMPLETE',
        dateCompleted: '2026-05-04T10:00:00',
        riskStaffCommunity: 'Low',
        weightedScores: { accommodationWeightedScore: 3 },
      },
    ],
  })

  const documents = (crn: string, pk: number) => ({
    timeline: ['assessment-timeline', timeline(crn, pk)],
    rosh: ['rosh-summary', aRoshSummary(crn, pk)],
    scores: ['risk-predictors', scores(crn, pk)],
    needs: ['assessment-timeline', needs(pk)],
    indicators: ['rosh-summary', indicators(crn, pk)],
  })

  const seenOf = (crn: string) =>
    ask(
      OFFICER,
      crn,
      `history { nodes { number tool status initiatedAt rosh { overall whoIsAtRisk }
        predictors { name score } sections { section score answered } sectionScores { section score } } }`,
    )

  test.each([
    [['timeline', 'rosh', 'scores', 'needs', 'indicators']],
    [['indicators', 'needs', 'scores', 'rosh', 'timeline']],
    [['needs', 'timeline', 'indicators', 'rosh', 'scores']],
  ] as const)('is one, whole, in whichever order they come: %j', async (order) => {
    const crn = await someCase()
    const pk = 7000 + cases
    const all = documents(crn, pk)
    for (const name of order) {
      const [format, payload] = all[name] as [string, object]
      const observedAt = `2026-06-0${order.indexOf(name) + 1}T10:00:00Z`
      await ingested(PROBATION, format, { observedAt, person: { crn }, payload })
    }
    const { nodes } = (await seenOf(crn)).risk['history'] as { nodes: Seen[] }
    expect(nodes).toHaveLength(1)
    expect(nodes[0]).toMatchObject({
      number: String(pk),
      tool: 'OASYS_LAYER3',
      status: 'COMPLETE',
      initiatedAt: '2026-05-01T09:00:00+00:00',
      rosh: { overall: 'HIGH', whoIsAtRisk: 'People the person knows.' },
      predictors: [{ name: 'OGRS3', score: 48 }],
      sectionScores: [{ section: 'ACCOMMODATION', score: 3 }],
    })
    expect((nodes[0]?.['sections'] as Seen[]).slice(0, 2)).toEqual([
      { section: 'ACCOMMODATION', score: 3, answered: true },
      { section: 'EDUCATION_TRAINING_AND_EMPLOYABILITY', score: null, answered: false },
    ])
  })

  test('an empty timeline of somebody else in one batch leaves nothing of it out', async () => {
    const crn = await someCase()
    await ingested(PROBATION, 'rosh-summary', aRoshSummary(crn, 79, { assessmentStatus: 'OPEN' }))
    const nobodyAssessed = { crn: await someCase(), timeline: [] }
    const completed = { assessmentStatus: 'COMPLETE', dateCompleted: '2026-05-04T10:00:00' }
    await t.ingest(PROBATION, 'auto', [nobodyAssessed, aRoshSummary(crn, 79, completed)])
    expect(await latest(OFFICER, crn, 'status completedAt')).toEqual({
      status: 'COMPLETE',
      completedAt: '2026-05-04T09:00:00+00:00',
    })
  })

  test('scores that name no assessment never stand before the assessment of the same moment', async () => {
    const crn = await someCase()
    await ingested(PROBATION, 'rosh-summary', aRoshSummary(crn, 72))
    const payload = {
      completedDate: '2026-05-04T10:00:00',
      status: 'COMPLETE',
      outputVersion: '2',
      output: { allReoffendingPredictor: { score: 16.8, band: 'LOW' } },
    }
    await ingested(PROBATION, 'risk-predictors', { person: { crn }, payload })
    expect(await latest(OFFICER, crn, 'number rosh { overall }')).toEqual({
      number: '72',
      rosh: { overall: 'HIGH' },
    })
    const { nodes } = (await ask(OFFICER, crn, 'history { nodes { number predictors { name } } }')).risk[
      'history'
    ] as { nodes: Seen[] }
    expect(nodes).toContainEqual({ number: null, predictors: [{ name: 'allReoffendingPredictor' }] })
  })

  test('nor do scores of which only the day is known stand before a summary without a status', async () => {
    const crn = await someCase()
    const summary = { assessedOn: '2026-05-04T10:00:00', overallRiskLevel: 'HIGH', whoIsAtRisk: 'Somebody.' }
    await ingested(PROBATION, 'rosh-summary', { person: { crn }, payload: summary })
    const payload = { completedDate: '2026-06-04T10:00:00', rsrPercentageScore: 7.1, rsrScoreLevel: 'HIGH' }
    await ingested(PROBATION, 'risk-predictors', { person: { crn }, payload })
    expect(await latest(OFFICER, crn, 'rosh { overall }')).toEqual({ rosh: { overall: 'HIGH' } })
  })

  test('an older statement is late and changes nothing', async () => {
    const crn = await someCase()
    const newer = { observedAt: '2026-06-02T10:00:00Z', payload: scores(crn, 73) }
    const older = structuredClone(scores(crn, 73))
    older.assessments[0]!.OGRS.ogrs3RiskRecon = 'High'
    await ingested(PROBATION, 'risk-predictors', newer)
    const late = await ingested(PROBATION, 'risk-predictors', {
      observedAt: '2026-06-01T10:00:00Z',
      payload: older,
    })
    expect(late.outcome).toBe('LATE')
    expect(await latest(OFFICER, crn, 'predictors { band }')).toEqual({ predictors: [{ band: 'Low' }] })
  })
})

describe('what an assessment says', () => {
  test('every score goes with its date, version, status and source; no score, no band and not applicable stay apart', async () => {
    const crn = await someCase()
    await applied(
      PRISON,
      assessment(crn, '80', {
        predictors: [
          {
            name: 'RSR',
            version: '1',
            score: 3,
            band: 'Medium',
            staticOrDynamic: 'STATIC',
            algorithmVersion: '5',
          },
          { name: 'OSP/C', version: '1', band: 'NOT_APPLICABLE' },
          { name: 'OGP', version: '1', band: 'NA' },
          {
            name: 'OVP',
            version: '1',
            oneYear: 0,
            twoYears: 0,
            status: 'COMPLETE',
            completedAt: '2026-05-04T10:00:00Z',
          },
        ],
      }),
    )
    const { predictors, predictorsState } = await latest(OFFICER, crn, PREDICTORS)
    const bare = { score: null, oneYear: null, twoYears: null, band: null, staticOrDynamic: null }
    const rest = { algorithmVersion: null, completedAt: null, status: null, calculatedBy: null }
    const source = { system: 'OASYS' }
    expect(predictors).toEqual([
      { name: 'OGP', version: '1', ...bare, ...rest, band: 'NA', source },
      { name: 'OSP/C', version: '1', ...bare, ...rest, band: 'NOT_APPLICABLE', source },
      {
        name: 'OVP',
        version: '1',
        ...bare,
        ...rest,
        oneYear: 0,
        twoYears: 0,
        status: 'COMPLETE',
        completedAt: '2026-05-04T10:00:00+00:00',
        source,
      },
      {
        name: 'RSR',
        version: '1',
        ...bare,
        ...rest,
        score: 3,
        band: 'Medium',
        staticOrDynamic: 'STATIC',
        algorithmVersion: '5',
        source,
      },
    ])
    expect(predictorsState).toBe('RECORDED')
    expect(await latest(OFFICER, crn, 'sectionsState riskToSelfState')).toEqual({
      sectionsState: 'UNKNOWN',
      riskToSelfState: 'UNKNOWN',
    })
  })

  test('a CRC reads current flags, bands, and which sections are needs; the rest is withheld', async () => {
    const crn = await someCase()
    await applied(
      CRC,
      assessment(crn, '81', {
        rosh: { overall: 'HIGH', assessedOn: '2026-05-04', analysisOfRiskFactors: 'Analysed in words.' },
        assessmentAuthor: { assessorName: 'Pat Assessor' },
        selfRisks: [
          {
            area: 'SUICIDE',
            risk: 'YES',
            current: 'YES',
            currentText: 'Told in words.',
            previous: 'NO',
            previousText: 'Then.',
          },
        ],
        otherRisks: [{ area: 'BREACH_OF_TRUST', risk: 'YES' }],
        sections: [
          {
            section: 'DRUG_MISUSE',
            number: 8,
            need: 'IDENTIFIED_NEED',
            score: 6,
            threshold: 2,
            linkedToHarm: 'YES',
          },
          { section: 'FINANCE', answered: false },
        ],
        sectionScores: [{ section: 'DRUG_MISUSE', score: 6 }],
        predictors: [{ name: 'RSR', score: 7.2, band: 'HIGH' }],
      }),
    )
    const fields = `author { assessorName } rosh { overall assessedOn analysisOfRiskFactors }
      riskToSelf { area risk current currentText previous previousText } otherRisks { area risk }
      sections { section need linkedToHarm answered score threshold } sectionScores { score }
      predictors { name band score }`
    expect(await latest(OFFICER, crn, fields)).toEqual({
      author: { assessorName: 'Pat Assessor' },
      rosh: { overall: 'HIGH', assessedOn: '2026-05-04', analysisOfRiskFactors: 'Analysed in words.' },
      riskToSelf: [
        {
          area: 'SUICIDE',
          risk: 'YES',
          current: 'YES',
          currentText: 'Told in words.',
          previous: 'NO',
          previousText: 'Then.',
        },
      ],
      otherRisks: [{ area: 'BREACH_OF_TRUST', risk: 'YES' }],
      sections: [
        {
          section: 'DRUG_MISUSE',
          need: 'IDENTIFIED_NEED',
          linkedToHarm: 'YES',
          answered: true,
          score: 6,
          threshold: 2,
        },
        {
          section: 'FINANCE',
          need: null,
          linkedToHarm: null,
          answered: false,
          score: null,
          threshold: null,
        },
      ],
      sectionScores: [{ score: 6 }],
      predictors: [{ name: 'RSR', band: 'HIGH', score: 7.2 }],
    })
    const { risk, withheld } = await ask(CRC_OFFICER, crn, `latest { ${fields} }`)
    expect(risk['latest']).toMatchObject({
      rosh: { overall: 'HIGH', analysisOfRiskFactors: null },
      riskToSelf: [{ area: 'SUICIDE', current: 'YES', currentText: null, previous: null }],
      otherRisks: null,
      sections: [
        { section: 'DRUG_MISUSE', need: 'IDENTIFIED_NEED', score: null },
        { section: 'FINANCE', answered: false, score: null },
      ],
      sectionScores: null,
      predictors: [{ name: 'RSR', band: 'HIGH', score: null }],
    })
    expect(withheld).toEqual(
      expect.arrayContaining([
        'latest.otherRisks',
        'latest.riskToSelf.currentText',
        'latest.sections.score',
        'latest.sectionScores',
        'latest.predictors.score',
        'latest.rosh.analysisOfRiskFactors',
      ]),
    )
  })

  test('a prison officer reads the current flags of risk to self, and neither scores nor needs', async () => {
    const crn = await someCase()
    await ingested(PRISON, 'prisoner-search', aPrisoner('A5001AA'))
    const joined = aCase(crn, { otherIds: { crn, nomsNumber: 'A5001AA' } })
    await ingested(PROBATION, 'probation-search', joined)
    const selfRisks = [{ area: 'SELF_HARM', current: 'DONT_KNOW', currentText: 'Told in words.' }]
    const sections = [{ section: 'FINANCE' }]
    await applied(PRISON, assessment(crn, '82', { selfRisks, sections, predictors: [{ name: 'RSR' }] }))
    const fields = 'riskToSelf { area current currentText } predictors { name } sections { section }'
    expect(await latest(PRISON_OFFICER, crn, fields)).toEqual({
      riskToSelf: [{ area: 'SELF_HARM', current: 'DONT_KNOW', currentText: null }],
      predictors: null,
      sections: null,
    })
  })

  test('RM2000 and ARMS are assessments of their own tools: bands, and a priority that is no band', async () => {
    const crn = await someCase()
    const predictors = ['S', 'V', 'C'].map((scale) => ({ name: `RM2000/${scale}`, band: 'HIGH' }))
    await applied(PROBATION, assessment(crn, 'rm-1', { tool: 'RM2000', predictors }))
    const completedAt = '2026-06-04T10:00:00Z'
    await applied(PROBATION, assessment(crn, 'arms-1', { tool: 'ARMS', priority: 'MEDIUM', completedAt }))
    const { nodes } = (
      await ask(OFFICER, crn, 'history { nodes { tool priority predictors { name band } } }')
    ).risk['history'] as { nodes: Seen[] }
    expect(nodes).toEqual([
      { tool: 'ARMS', priority: 'MEDIUM', predictors: [] },
      {
        tool: 'RM2000',
        priority: null,
        predictors: ['C', 'S', 'V'].map((scale) => ({ name: `RM2000/${scale}`, band: 'HIGH' })),
      },
    ])
  })

  test('an assessment of the whole is not hidden by a newer one of a tool of one purpose', async () => {
    const crn = await someCase()
    await applied(PROBATION, assessment(crn, '85', { rosh: { overall: 'VERY_HIGH' } }))
    const completedAt = '2026-06-04T10:00:00Z'
    await applied(PROBATION, assessment(crn, 'arms-2', { tool: 'ARMS', priority: 'LOW', completedAt }))
    expect(await latest(OFFICER, crn, 'tool rosh { overall }')).toEqual({
      tool: 'OASYS_LAYER3',
      rosh: { overall: 'VERY_HIGH' },
    })
  })

  test('a locked incomplete assessment of the same day never stands before the complete one', async () => {
    const crn = await someCase()
    await applied(PROBATION, assessment(crn, '83'))
    const locked = { status: 'LOCKED_INCOMPLETE', completedAt: '2026-05-04T18:00:00Z' }
    await applied(PROBATION, assessment(crn, '84', locked))
    expect(await latest(OFFICER, crn, 'number status')).toEqual({ number: '83', status: 'COMPLETE' })
  })
})

describe('what others say of an assessment', () => {
  const review = (crn: string, more: object) => ({ person: { crn }, fact: { assessmentReview: more } })
  const challenge = (crn: string, more: object) => ({ person: { crn }, fact: { assessmentChallenge: more } })
  const REVIEWS =
    'reviews { assessment result reviewedOn reviewerName reviewerRole comment source { system } }'
  const CHALLENGES = `challenges { assessment status outcome raisedOn respondedOn decidedOn madeBy statement reason response }`

  test('a challenge stands beside its assessment, whichever comes first', async () => {
    const crn = await someCase()
    const raised = {
      localId: '9',
      assessment: '90',
      madeBy: 'The prisoner',
      statement: 'Words that are wrong.',
      reason: 'It was somebody else.',
      status: 'OPEN',
      raisedOn: '2026-05-20',
    }
    await applied(PRISON, challenge(crn, raised))
    expect((await ask(OFFICER, crn, `latest { number } ${CHALLENGES}`)).risk).toMatchObject({
      latest: null,
      challenges: [{ assessment: '90', status: 'OPEN', outcome: null }],
    })
    await applied(PROBATION, assessment(crn, '90'))
    await applied(PROBATION, assessment(crn, '91', { completedAt: '2026-01-04T10:00:00Z' }))
    const answered = { status: 'CLOSED', response: 'Put right.', outcome: 'UPHELD', decidedOn: '2026-06-10' }
    await applied(PRISON, challenge(crn, { ...raised, ...answered }))
    const { nodes } = (await ask(OFFICER, crn, `history { nodes { number ${CHALLENGES} } } challengesState`))
      .risk['history'] as { nodes: Seen[] }
    expect(nodes).toEqual([
      {
        number: '90',
        challenges: [
          {
            assessment: '90',
            status: 'CLOSED',
            outcome: 'UPHELD',
            raisedOn: '2026-05-20',
            respondedOn: null,
            decidedOn: '2026-06-10',
            madeBy: 'The prisoner',
            statement: 'Words that are wrong.',
            reason: 'It was somebody else.',
            response: 'Put right.',
          },
        ],
      },
      { number: '91', challenges: [] },
    ])
    const crc = await ask(CRC_OFFICER, crn, CHALLENGES)
    expect(crc.risk['challenges']).toMatchObject([{ status: 'CLOSED', outcome: 'UPHELD', statement: null }])
    expect(crc.withheld).toEqual(['madeBy', 'statement', 'reason', 'response'].map((f) => `challenges.${f}`))
  })

  test('a challenge sent about another person never shows beside this one’s assessment', async () => {
    const [crn, other] = [await someCase(), await someCase()]
    await applied(PROBATION, assessment(crn, '92'))
    await applied(PRISON, challenge(other, { localId: '10', assessment: '92', status: 'OPEN' }))
    expect(await latest(OFFICER, crn, 'challenges { status }')).toEqual({ challenges: [] })
    expect((await ask(OFFICER, other, 'challenges { status }')).risk).toEqual({
      challenges: [{ status: 'OPEN' }],
    })
  })

  test('a review says how good the assessment is; who found so, and why, is oversight', async () => {
    const crn = await someCase()
    await applied(PROBATION, assessment(crn, '93'))
    const found = { localId: '93', assessment: '93', result: 'NEEDS_IMPROVEMENT', reviewedOn: '2026-06-01' }
    const by = { reviewerName: 'Sam Senior', reviewerRole: 'SPO', comment: 'Sources are not named.' }
    await applied(PROBATION, review(crn, { ...found, ...by }))
    const { localId: _, ...shown } = found
    expect(await latest(OFFICER, crn, REVIEWS)).toEqual({
      reviews: [{ ...shown, ...by, source: { system: 'OASYS' } }],
    })
    expect((await latest(CRC_OFFICER, crn, REVIEWS))['reviews']).toMatchObject([
      { result: 'NEEDS_IMPROVEMENT', reviewerName: null, comment: null },
    ])
  })
})
