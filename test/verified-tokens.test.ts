import type { Authenticated, Authenticator } from '../src/http/authenticate'
import { rememberVerified, VERIFIED_FOR_MS } from '../src/http/verified-tokens'
import { Refusal } from '../src/domain/refusal'

let time: number
let asked: string[]
let refusing: boolean
let expiresAt: Date
let remembering: Authenticator

const verifying: Authenticator = {
  authenticate: (authorization = '', actingRole = '') => {
    asked.push(`${authorization} ${actingRole}`.trim())
    if (refusing) return Promise.reject(new Refusal('UNAUTHENTICATED', 'withdrawn'))
    const caller = { issuer: 'i', client: authorization, role: 'DATA_STEWARD' } as Authenticated['caller']
    return Promise.resolve({ caller, expiresAt })
  },
}

beforeEach(() => {
  time = Date.parse('2026-11-22T12:00:00Z')
  asked = []
  refusing = false
  expiresAt = new Date(time + 3_600_000)
  remembering = rememberVerified(verifying, () => new Date(time))
})

test('a token is verified once a minute', async () => {
  const first = await remembering.authenticate('Bearer a', undefined)
  time += VERIFIED_FOR_MS - 1
  expect(await remembering.authenticate('Bearer a', undefined)).toBe(first)
  expect(asked).toEqual(['Bearer a'])
  time += 1
  await remembering.authenticate('Bearer a', undefined)
  expect(asked).toEqual(['Bearer a', 'Bearer a'])
})

test('and not taken for verified past its own end', async () => {
  expiresAt = new Date(time + 10_000)
  await remembering.authenticate('Bearer a', undefined)
  time += 9_999
  await remembering.authenticate('Bearer a', undefined)
  expect(asked).toHaveLength(1)
  time += 1
  refusing = true
  await expect(remembering.authenticate('Bearer a', undefined)).rejects.toThrow('withdrawn')
})

test('another token, and another role of the same, are verified by themselves', async () => {
  await remembering.authenticate('Bearer a', undefined)
  const other = await remembering.authenticate('Bearer b', undefined)
  expect(other.caller.client).toBe('Bearer b')
  await remembering.authenticate('Bearer a', 'DATA_STEWARD')
  expect(asked).toEqual(['Bearer a', 'Bearer b', 'Bearer a DATA_STEWARD'])
})

test('what was refused is verified anew each time', async () => {
  refusing = true
  await expect(remembering.authenticate('Bearer a', undefined)).rejects.toThrow('withdrawn')
  refusing = false
  await expect(remembering.authenticate('Bearer a', undefined)).resolves.toMatchObject({ expiresAt })
})

test('a clock that is set back leaves nothing verified for longer', async () => {
  await remembering.authenticate('Bearer a', undefined)
  time -= 3_600_000
  refusing = true
  await expect(remembering.authenticate('Bearer a', undefined)).rejects.toThrow('withdrawn')
})

test('ten thousand tokens are remembered at most', async () => {
  for (let i = 0; i <= 10_000; i += 1) await remembering.authenticate(`Bearer ${i}`, undefined)
  await remembering.authenticate('Bearer 0', undefined)
  expect(asked).toHaveLength(10_002)
})
