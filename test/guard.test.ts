import express from 'express'
import request from 'supertest'
import { openDoor } from '../src/http/context'
import { doorOf, type Door } from '../src/http/door'
import { guardAnswers } from '../src/http/guard'

/** A handler that answers whatever it likes, behind the guard alone. */
function behindGuard(body: unknown, door: Partial<Door> = {}) {
  const app = express()
  app.use((request, response) => {
    openDoor(request, response)
    guardAnswers(response)
    Object.assign(doorOf(response), door)
    response.type('json').send(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return request(app).get('/')
}

const RECEIPT = { log: '2026-11', index: 1 }

test.each([
  ['data', { data: { offender: { id: 'x' } } }],
  ['data beside errors', { data: { a: null, b: { id: 'x' } }, errors: [] }],
  ['results of a push', { revision: 1, results: [] }],
  ['something that is not JSON', 'Sample, Robin'],
])('%s without a receipt does not leave', async (_name, body) => {
  const { status, text } = await behindGuard(body)
  expect(status).toBe(500)
  expect(text).not.toMatch(/"x"|Sample/)
})

test('data leaves with the receipt of its entry', async () => {
  const { status, body } = await behindGuard({ data: { offender: { id: 'x' } } }, { receipt: RECEIPT })
  expect([status, body]).toEqual([200, { data: { offender: { id: 'x' } } }])
})

test('a refusal and the schema’s own answer need none', async () => {
  expect((await behindGuard({ data: null, errors: [{ message: 'no' }] })).status).toBe(200)
  expect((await behindGuard({ data: { __schema: {} } }, { introspection: true })).status).toBe(200)
})

/** A handler that writes piece by piece, behind the guard alone. */
async function streamed(door: Partial<Door> = {}): Promise<string> {
  const app = express()
  app.use((request, response) => {
    openDoor(request, response)
    guardAnswers(response)
    Object.assign(doorOf(response), door)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {"data":{"recordChanged":{"revision":1}}}\n\n')
    response.end()
  })
  return (await request(app).get('/').buffer(true)).text
}

test('what is written piece by piece is cut off without a receipt, and leaves with one', async () => {
  await expect(streamed()).rejects.toThrow(/socket hang up|aborted/)
  expect(await streamed({ receipt: { log: '2026-11', index: 1 } })).toContain('recordChanged')
})
