import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway
const now = new Date()

beforeAll(async () => {
  t = await startTestGateway()
})
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 100_000
/** A case of its own, limited as the test says; answers with its CRN. */
async function aLimitedCase(limitations: object, more: object = {}): Promise<string> {
  const crn = `L${serial++}`
  await t.ingest(PROBATION, 'probation-search', aCase(crn, { ...more }))
  const { results } = await t.ingest(PROBATION, 'access-limitations', limitations, `?crn=${crn}`)
  expect(results[0]?.outcome).toBe('APPLIED')
  return crn
}

const seenBy = (username: string, more: Partial<As> = {}): As => ({
  ...COM,
  subject: `s-${username}`,
  username,
  ...more,
})
const look = (as: As, crn: string) => t.ask(as, operation('CaseSummary'), { by: { crn } })
const isShown = (body: Body) => body.data?.['offender'] !== null && body.data?.['offender'] !== undefined
const hours = (n: number) => new Date(now.getTime() + n * 3_600_000).toISOString()

test('an exclusion bars those it names, whatever the capitals, and tells them why', async () => {
  const crn = await aLimitedCase({
    excludedFrom: [{ username: 'Ada.Officer' }],
    restrictedTo: [],
    exclusionMessage: 'You know this person.',
  })
  const barred = await look(seenBy('ADA.officer'), crn)
  expect(barred.data).toEqual({ offender: null })
  expect(barred.extensions?.withheld).toContainEqual({
    path: ['offender'],
    reason: 'LIMITED_ACCESS',
    message: 'You know this person.',
  })
  expect(isShown(await look(seenBy('somebody.else'), crn))).toBe(true)
})

test('a restriction bars everybody it does not name', async () => {
  const crn = await aLimitedCase({
    excludedFrom: [],
    restrictedTo: [{ username: 'named.reader' }],
    restrictionMessage: 'Ask the division.',
  })
  expect(isShown(await look(seenBy('named.reader'), crn))).toBe(true)
  const barred = await look(seenBy('other.reader'), crn)
  expect(barred.data).toEqual({ offender: null })
  expect(barred.extensions?.withheld).toContainEqual(
    expect.objectContaining({ message: 'Ask the division.' }),
  )
})

test('a limitation in its time bars', async () => {
  const crn = await aLimitedCase({
    excludedFrom: [{ username: 'timed.reader', since: hours(-1), until: hours(1) }],
    restrictedTo: [],
  })
  expect(isShown(await look(seenBy('timed.reader'), crn))).toBe(false)
})

test('ended a second ago it bars no more, starting tomorrow not yet, and its message is not leaked', async () => {
  const ended = await aLimitedCase({
    excludedFrom: [{ username: 'r', since: hours(-5), until: new Date(now.getTime() - 1_000).toISOString() }],
    restrictedTo: [{ username: 'x', since: hours(24) }],
    exclusionMessage: 'Old words.',
    restrictionMessage: 'Words for tomorrow.',
  })
  const body = await look(seenBy('r'), ended)
  expect(isShown(body)).toBe(true)
  expect(JSON.stringify(body)).not.toMatch(/Old words|Words for tomorrow/)
})

test('somebody without a relationship to the case is told nothing of the limitation', async () => {
  const crn = await aLimitedCase({
    excludedFrom: [],
    restrictedTo: [{ username: 'named.reader' }],
    restrictionMessage: 'Ask.',
  })
  const stranger = await look({ role: 'CRC_OFFICER', agency: 'C05' }, crn)
  expect(stranger.data).toEqual({ offender: null })
  expect(JSON.stringify(stranger)).not.toMatch(/LIMITED_ACCESS|Ask\./)
})

test('a limited case is absent from lists and from machines that call for nobody', async () => {
  const crn = await aLimitedCase(
    { excludedFrom: [{ username: 'ada' }], restrictedTo: [] },
    { surname: 'Hidden' },
  )
  const list = async (as: As) =>
    (
      (await t.ask(as, operation('Caseload'), { where: { name: 'Hidden' } })).data?.['offenders'] as {
        nodes: unknown[]
      }
    ).nodes
  expect(await list(seenBy('ada'))).toEqual([])
  expect(await list(seenBy('eve'))).toHaveLength(1)
  expect(await list(PROBATION)).toEqual([])
  expect(isShown(await look(PROBATION, crn))).toBe(false)
})

test('a whole organisation may be excluded', async () => {
  const crn = await aLimitedCase({ excludedFrom: [{ organisation: 'N02' }], restrictedTo: [] })
  expect(isShown(await look(seenBy('any.body'), crn))).toBe(false)
})

test('a name that cannot be compared bars: an e-mail address against a username', async () => {
  const crn = await aLimitedCase({ excludedFrom: [{ email: 'ada@example.com' }], restrictedTo: [] })
  expect(isShown(await look(seenBy('any.body'), crn))).toBe(false)
  expect(isShown(await look(seenBy('ada@example.com'), crn))).toBe(false)
  expect(isShown(await look(seenBy('eve@example.com'), crn))).toBe(true)
})

test('a document that says restricted without a list closes the case to all, until the list is known', async () => {
  const crn = 'L900001'
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase(crn, { currentRestriction: true, restrictionMessage: 'Closed.', currentExclusion: false }),
  )
  expect(isShown(await look(seenBy('named.reader'), crn))).toBe(false)
  await t.ingest(
    PROBATION,
    'access-limitations',
    { excludedFrom: [], restrictedTo: [{ username: 'named.reader' }] },
    `?crn=${crn}`,
  )
  expect(isShown(await look(seenBy('named.reader'), crn))).toBe(true)
  expect(isShown(await look(seenBy('other'), crn))).toBe(false)
})

test('a message without an active limitation is not shown', async () => {
  const crn = 'L900002'
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase(crn, { currentRestriction: false, restrictionMessage: 'SECRET WORDS' }),
  )
  const body = await look(seenBy('any'), crn)
  expect(isShown(body)).toBe(true)
  expect(JSON.stringify(body)).not.toContain('SECRET WORDS')
})

test('limited access holds for a person known to the prison too', async () => {
  const crn = await aLimitedCase(
    { excludedFrom: [{ username: 'pom' }], restrictedTo: [] },
    { otherIds: { crn: `L${serial}`, nomsNumber: 'L1234LA' } },
  )
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', aPrisoner('L1234LA'))
  const pom: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', username: 'pom' }
  const body = await t.ask(pom, operation('CaseSummary'), { by: { prisonNumber: 'L1234LA' } })
  expect(body.data).toEqual({ offender: null })
  expect(crn).toBeDefined()
})
