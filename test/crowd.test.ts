import { Client } from 'pg'
import request from 'supertest'
import { QUESTIONS_MAX } from '../src/http/crowd'
import { aCase } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client(t.testDatabase.connection)
  await record.connect()
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', aCase('X710001'))
})

afterAll(async () => {
  await record.end()
  await t.close()
})

test('of a crowd as many are let in as can be answered soon, the others are told at once when to come again', async () => {
  const token = await t.token(OFFICER)
  const ask = () =>
    request(t.app)
      .post('/graphql')
      .set({
        authorization: `Bearer ${token}`,
        'purpose-of-use': 'OFFENDER_MANAGEMENT',
        'x-request-id': 'mine',
      })
      .send({ query: '{ offender(by: {crn: "X710001"}) { id name { family } } }' })
  await record.query('begin; lock table record.offender')
  const turnedAway: { status: number; body: unknown; told: unknown }[] = []
  const asked = Array.from({ length: QUESTIONS_MAX + 30 }, async () => {
    const { status, body, headers } = await ask()
    const told = ['retry-after', 'x-request-id', 'cache-control'].map(
      (name) => (headers as Record<string, unknown>)[name],
    )
    if (status === 503) turnedAway.push({ status, body, told })
    // Nobody was let in but those who wait for the record.
    if (turnedAway.length === 30 && status === 503) await record.query('rollback')
    return status
  })
  const statuses = await Promise.all(asked)
  expect(statuses.filter((status) => status === 200)).toHaveLength(QUESTIONS_MAX)
  expect(turnedAway).toEqual(
    Array.from({ length: 30 }, () => ({
      status: 503,
      body: { errors: [{ message: expect.any(String), extensions: { code: 'OVERLOADED' } }] },
      told: ['1', 'mine', 'no-store'],
    })),
  )
  expect((await ask()).status).toBe(200)
})
