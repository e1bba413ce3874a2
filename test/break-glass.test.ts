import { Client } from 'pg'
import { BREAKABLE_ROLES, breakGlass, ENOUGH, grantBy } from './support/emergency'
import { ROLES } from '../src/access/roles'
import { isHiddenGroup } from '../src/domain/field-group'
import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI', subject: 'officer' }
const DPO: As = { role: 'DATA_PROTECTION_OFFICER', agency: 'MDI', subject: 'dpo' }
const AWAY = { prisonNumber: 'G1111AA' }
const OWN = { prisonNumber: 'G2222AA' }
const RESTRICTED = { crn: 'G333333' }
const EXCLUDED = { crn: 'G444444' }
const NOBODY = { crn: 'G999999' }

let t: TestGateway
let owner: Client

beforeAll(async () => {
  t = await startTestGateway()
  owner = new Client({ ...t.testDatabase.connection })
  await owner.connect()
  await t.ingest(PRISON, 'prisoner-search', [
    aPrisoner('G1111AA', { prisonId: 'LEI', alerts: [{ alertCode: 'XA', active: true }] }),
    aPrisoner('G2222AA'),
    aPrisoner('G3333AA', { prisonId: 'LEI', lastName: 'Restricted' }),
    aPrisoner('G4444AA', { prisonId: 'LEI', lastName: 'Excluded' }),
    aPrisoner('G5555AA', { prisonId: 'LEI', lastName: 'Later' }),
  ])
  const known = (crn: string, nomsNumber: string) => aCase(crn, { otherIds: { crn, nomsNumber } })
  await t.ingest(PROBATION, 'probation-search', [
    known('G111111', 'G1111AA'),
    known('G222222', 'G2222AA'),
    known('G333333', 'G3333AA'),
    known('G444444', 'G4444AA'),
  ])
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('G111111', 7001), aRoshSummary('G222222', 7002)])
  await t.ingest(PROBATION, 'access-limitations', [
    { crn: 'G333333', excludedFrom: [], restrictedTo: [{ username: 'somebody' }] },
    {
      crn: 'G444444',
      excludedFrom: [{ username: 'pom' }],
      restrictedTo: [],
      exclusionMessage: 'Known to you.',
    },
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await owner.end()
  await t.close()
})

/** As if that much time had passed since. */
async function elapse(grant: string | undefined, minutes: number): Promise<void> {
  await owner.query('begin')
  await owner.query('select record.begin_revision()')
  await owner.query(
    `update record.break_glass set since = since - $2 * interval '1 minute', until = until - $2 * interval '1 minute' where id = $1`,
    [grant, minutes],
  )
  await owner.query('select record.end_revision()')
  await owner.query('commit')
}

const LOOK = `query($by: OffenderRef!) { offender(by: $by) {
  id name { family } custody { establishment { code } } keyDates { type } alerts { code }
  risk { latest { rosh { overall whoIsAtRisk } predictors { score } } }
  mappa { registration { level category } decisions(first: 1) { nodes { rationale } } }
  changes(first: 5) { nodes { kind } } safeguarding { victimContacts { optedIn } } withheld { field group reason } } }`

const look = (as: As, by: object) => t.ask(as, LOOK, { by })
const offenderIn = ({ data }: Body) => data?.['offender'] as Record<string, unknown> | null
const codeOf = ({ errors }: Body) => [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field]
const REVIEWS = `query($state: BreakGlassState, $after: String) { breakGlassReviews(state: $state, first: 50, after: $after) {
  nodes { id until endedAt groups offenderId viewer { subject role agency } purpose justification outcome comment reviewedBy }
  pageInfo { hasNextPage } } }`
const REVIEW = `mutation($grant: ID!, $outcome: BreakGlassOutcome!, $comment: String!) {
  reviewBreakGlass(grant: $grant, outcome: $outcome, comment: $comment) { review { id outcome comment reviewedBy } } }`
const END = 'mutation($grant: ID!) { endBreakGlass(grant: $grant) { grant { id until } } }'

async function reviewsFor(as: As, state = 'OPEN'): Promise<{ id: string; offenderId: string }[]> {
  const body = await t.ask(as, REVIEWS, { state })
  return (body.data?.['breakGlassReviews'] as { nodes: { id: string; offenderId: string }[] }).nodes
}

describe('an emergency', () => {
  test('opens one offender of another establishment, in the groups of the role, for an hour', async () => {
    expect(offenderIn(await look(POM, AWAY))).toBeNull()
    const grant = await grantBy(t, POM, AWAY)
    expect(grant?.groups).toEqual(ROLES.PRISON_OFFENDER_MANAGER.breakGlass)
    const left = Date.parse(grant?.until ?? '') - Date.now()
    expect(left).toBeGreaterThan(3_540_000)
    expect(left).toBeLessThanOrEqual(3_600_000)
    const seen = await look(POM, AWAY)
    expect(offenderIn(seen)).toMatchObject({
      name: { family: 'Sample' },
      custody: { establishment: { code: 'LEI' } },
      risk: { latest: { rosh: { overall: 'HIGH', whoIsAtRisk: expect.any(String) as string } } },
    })
    await elapse(grant?.id, 60)
    expect(offenderIn(await look(POM, AWAY))).toBeNull()
  })

  test('opens nothing beyond its groups, and says what it withholds', async () => {
    await grantBy(t, POM, AWAY)
    const seen = await look(POM, AWAY)
    const offender = offenderIn(seen)
    expect(offender).toMatchObject({
      changes: null,
      risk: { latest: { predictors: null } },
      mappa: { decisions: { nodes: [] } },
      safeguarding: { victimContacts: null },
    })
    const withheld = offender?.['withheld'] as { field: string; group: string; reason: string }[]
    expect(withheld.map(({ group }) => group)).toEqual(expect.arrayContaining(['PREDICTORS']))
    expect(withheld.map(({ group }) => group)).not.toContain('VICTIM')
    expect(new Set(withheld.map(({ reason }) => reason))).toEqual(new Set(['RELATIONSHIP']))
  })

  test('opens more of an own case to a role that reads less, and leaves the rest as it was', async () => {
    const before = await look(OFFICER, OWN)
    expect(offenderIn(before)).toMatchObject({ risk: { latest: { rosh: { whoIsAtRisk: null } } } })
    await grantBy(t, OFFICER, OWN)
    const after = await look(OFFICER, OWN)
    expect(offenderIn(after)).toMatchObject({
      name: { family: 'Sample' },
      risk: { latest: { rosh: { whoIsAtRisk: expect.any(String) as string } } },
    })
    expect(offenderIn(after)?.['changes']).toEqual(offenderIn(before)?.['changes'])
  })

  test('opens no list, no feed and nobody else', async () => {
    await grantBy(t, POM, AWAY)
    expect(offenderIn(await look(POM, { prisonNumber: 'G5555AA' }))).toBeNull()
    const list = await t.ask(
      POM,
      '{ offenders(first: 100) { nodes { name { family } identifiers { value } } } }',
    )
    expect(JSON.stringify(list.data)).not.toContain('G1111AA')
    const both = await t.ask(
      POM,
      'query($by: OffenderRef!) { offender(by: $by) { id } offenders(first: 1) { nodes { id } } }',
      { by: AWAY },
    )
    expect(offenderIn(both)).toBeNull()
    const feed = await t.ask(POM, '{ changes(first: 100) { nodes { fields { name after } } } }')
    expect(JSON.stringify(feed.data)).not.toContain('G1111AA')
  })

  test('is the caller’s alone: not a colleague’s, not another role’s, not another agency’s', async () => {
    await grantBy(t, POM, AWAY)
    for (const as of [
      { ...POM, subject: 'colleague' },
      { ...POM, role: 'PRISON_OFFICER' as const },
      { ...POM, agency: 'WTI' },
    ])
      expect(offenderIn(await look(as, AWAY))).toBeNull()
  })

  test('never opens an exclusion or a restriction, and answers alike for hidden and for absent people', async () => {
    const answers = []
    for (const by of [EXCLUDED, RESTRICTED, NOBODY]) {
      const { data, errors, extensions } = await breakGlass(t, { ...POM, username: 'pom' }, by)
      const { revision } = extensions?.disclosure ?? {}
      answers.push({ data, errors, withheld: extensions?.withheld, hasRevision: revision !== undefined })
      expect(offenderIn(await look({ ...POM, username: 'pom' }, by))).toBeNull()
    }
    expect(answers[0]).toEqual({
      data: { breakGlass: null },
      errors: undefined,
      withheld: undefined,
      hasRevision: true,
    })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('ends when a limitation comes, at once', async () => {
    await grantBy(t, { ...POM, subject: 'third' }, { prisonNumber: 'G5555AA' })
    const third = { ...POM, subject: 'third' }
    expect(offenderIn(await look(third, { prisonNumber: 'G5555AA' }))).not.toBeNull()
    await t.ingest(
      PROBATION,
      'probation-search',
      aCase('G555555', { otherIds: { crn: 'G555555', nomsNumber: 'G5555AA' } }),
    )
    await t.ingest(PROBATION, 'access-limitations', {
      crn: 'G555555',
      excludedFrom: [{ username: 'third' }],
      restrictedTo: [],
    })
    expect(offenderIn(await look(third, { prisonNumber: 'G5555AA' }))).toBeNull()
  })

  test.each(['', 'urgent', 'aaaa bbbb', 'x x x x x x x x x x x x x x', 'help help help help help help help'])(
    'needs a justification of substance: not “%s”',
    async (justification) => {
      expect(codeOf(await breakGlass(t, POM, AWAY, justification))).toEqual([
        'BAD_USER_INPUT',
        'justification',
      ])
    },
  )

  test('is not for a role that has no emergencies, nor for a system', async () => {
    for (const as of [DPO, { role: 'MAPPA_COORDINATOR', agency: 'N02' }] as const)
      expect(codeOf(await breakGlass(t, as, AWAY))[0]).toBe('FORBIDDEN')
    expect(codeOf(await breakGlass(t, PRISON, AWAY))[0]).toBe('FORBIDDEN')
  })

  test('asked for again while it is open is the same grant; a habit is refused', async () => {
    const often: As = { ...POM, subject: 'often' }
    const grant = await grantBy(t, often, AWAY)
    expect(await grantBy(t, often, AWAY)).toEqual(grant)
    let last = grant
    for (let i = 0; i < 4; i += 1) {
      await elapse(last?.id, 61)
      last = await grantBy(t, often, AWAY)
    }
    await elapse(last?.id, 61)
    expect(codeOf(await breakGlass(t, often, AWAY))[0]).toBe('RATE_LIMITED')
    expect(codeOf(await breakGlass(t, often, NOBODY))[0]).toBe('RATE_LIMITED')
  })

  test('can be ended by who began it, and by nobody else', async () => {
    const grant = await grantBy(t, POM, AWAY)
    const other = await t.ask({ ...POM, subject: 'colleague' }, END, { grant: grant?.id })
    expect(other.data).toEqual({ endBreakGlass: null })
    expect(offenderIn(await look(POM, AWAY))).not.toBeNull()
    const ended = await t.ask(POM, END, { grant: grant?.id })
    const { until } = (ended.data?.['endBreakGlass'] as { grant: { until: string } }).grant
    expect(Date.parse(until)).toBeLessThanOrEqual(Date.now())
    expect(offenderIn(await look(POM, AWAY))).toBeNull()
  })
})

describe('on record', () => {
  test('every view under it is marked, in the answer and in the journal', async () => {
    const as: As = { ...POM, subject: 'marked' }
    const grant = await grantBy(t, as, AWAY)
    const seen = await look(as, AWAY)
    expect((seen.extensions as { brokenGlass?: string[] }).brokenGlass).toEqual([grant?.id])
    const own = await look(as, OWN)
    expect((own.extensions as { brokenGlass?: string[] }).brokenGlass).toBeUndefined()
    const { data } = await t.ask(DPO, operation('WhoViewed'), { where: { viewer: 'marked' } })
    const { nodes } = data?.['disclosures'] as { nodes: { entry: string; basis: string }[] }
    const basisOf = (body: Body) =>
      nodes.find(({ entry }) => entry === body.extensions?.disclosure?.entry)?.basis
    expect(basisOf(seen)).toBe('brokenGlass')
    expect(basisOf(own)).toBe('inOwnEstablishment')
  })

  test('the alert tells that there is one, and not whose', async () => {
    await grantBy(t, { ...POM, subject: 'alerting' }, AWAY)
    const waiting = (await reviewsFor({ ...DPO, agency: undefined as never })).length
    const metrics = await t.gateway.metrics.registry.getSingleMetricAsString(
      'throughcare_break_glass_unreviewed',
    )
    expect(metrics).toMatch(/throughcare_break_glass_unreviewed [1-9]/)
    const alarms = (await t.gateway.alarms()).filter((line) => line.includes('broken-glass'))
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).not.toMatch(/G1111AA|Sample|alerting/)
    expect(waiting).toBeGreaterThan(0)
  })

  test('a data protection officer reviews it, once, with a reason; nobody reviews their own', async () => {
    const grant = await grantBy(t, { ...POM, subject: 'reviewed' }, AWAY)
    expect((await reviewsFor(DPO)).map(({ id }) => id)).toContain(grant?.id)
    const review = (as: As, more: object = {}) =>
      t.ask(as, REVIEW, { grant: grant?.id, outcome: 'JUSTIFIED', comment: 'A real danger.', ...more })
    expect(codeOf(await review(POM))[0]).toBe('FORBIDDEN')
    expect((await review({ ...DPO, subject: 'reviewed' })).data).toEqual({ reviewBreakGlass: null })
    expect(codeOf(await review(DPO, { comment: ' ' }))).toEqual(['BAD_USER_INPUT', 'comment'])
    expect((await review(DPO)).data?.['reviewBreakGlass']).toMatchObject({
      review: { outcome: 'JUSTIFIED', comment: 'A real danger.', reviewedBy: 'dpo' },
    })
    expect(codeOf(await review(DPO))[0]).toBe('CONFLICT')
    expect((await reviewsFor(DPO)).map(({ id }) => id)).not.toContain(grant?.id)
    expect((await reviewsFor(DPO, 'REVIEWED')).map(({ id }) => id)).toContain(grant?.id)
  })

  test('an officer of an agency that neither broke it nor holds a record sees nothing of it', async () => {
    const grant = await grantBy(t, { ...POM, subject: 'elsewhere' }, AWAY)
    expect((await reviewsFor({ ...DPO, agency: 'C05' })).map(({ id }) => id)).not.toContain(grant?.id)
    expect((await reviewsFor({ ...DPO, agency: 'LEI' })).map(({ id }) => id)).toContain(grant?.id)
    expect(codeOf(await t.ask(POM, REVIEWS))[0]).toBe('FORBIDDEN')
  })

  test('it follows the offender who is merged into another', async () => {
    const [row] = await t.database.pools.reader.query(
      `select count(*) as n from record.owned_table where name in ('break_glass', 'break_glass_review')`,
    )
    expect(Number(row?.['n'])).toBe(2)
  })
})

describe('myAccess tells beforehand what an emergency would open', () => {
  const told = async (as: As) => {
    const body = await t.ask({ ...as, purpose: null }, '{ myAccess { emergencyGroups } }')
    return (body.data?.['myAccess'] as { emergencyGroups: string[] }).emergencyGroups
  }

  test('to whoever may open somebody: what then is opened', async () => {
    const as = { ...POM, subject: 'pom-who-looks-first' }
    const body = await breakGlass(t, as, AWAY)
    const { groups } = (body.data?.['breakGlass'] as { grant: { groups: string[] } }).grant
    expect(groups.length).toBeGreaterThan(0)
    expect(await told(as)).toEqual(groups)
  })

  test.each<As>([{ role: 'ANALYST' }, PRISON])('to $role that it opens nothing', async (as) => {
    expect(await told(as)).toEqual([])
  })
})

test('no role breaks into a group that is withheld without a mark', () => {
  for (const name of BREAKABLE_ROLES)
    expect([name, ROLES[name].breakGlass?.filter((group) => isHiddenGroup(group))]).toEqual([name, []])
  expect(ENOUGH.length).toBeGreaterThan(20)
})
