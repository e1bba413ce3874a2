import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MachineRole } from '../src/domain/caller'
import { readPayload, recogniseFormat } from '../src/suppliers'
import { Unreadable, type Update } from '../src/updates/update'

function sample(name: string): Record<string, unknown> {
  const file = join(__dirname, 'samples', 'programme-referral', `${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
}

function read(payload: unknown, role: MachineRole = 'PRISON_SYSTEM'): Update {
  return readPayload('auto', payload, { person: [], role, receivedOn: new Date('2025-09-01T00:00:00Z') })
}

test.each(['custody', 'community', 'participation', 'state'])('%s is recognised', (name) => {
  expect(recogniseFormat(sample(name))).toBe('programme-referral')
})

test('a referral in custody is a record of its own, as of its newest state', () => {
  const { person, records, warnings } = read(sample('custody'))
  expect(person).toEqual([{ type: 'PRISON_NUMBER', raw: 'T1234AB' }])
  expect(records).toMatchObject([
    { system: 'NOMIS', localId: 'referral:test-referral-1', eventAt: '2025-02-20T11:00:00.000Z' },
  ])
  expect(records[0]?.facts.referral).toEqual({
    programme: 'Horizon',
    audience: 'Sexual offence',
    establishment: 'MDI',
    establishmentName: 'Moorland (HMP)',
    offering: 'test-offering-1',
    referredOn: '2025-01-15',
    referredBy: 'test-pom',
    status: 'WITHDRAWN',
    statusDescription: 'Withdrawn',
    closed: true,
    ldcAdapted: true,
    note: 'Test information',
  })
  expect(records[0]?.facts.referralHistory).toHaveLength(3)
  expect(records[0]?.facts.referralHistory?.at(-1)).toEqual({
    status: 'WITHDRAWN',
    description: 'Withdrawn',
    at: '2025-02-20T11:00:00.000Z',
    category: 'W_ADMIN',
    reason: 'W_NOT_ENOUGH_TIME',
    note: 'Test note',
    changedBy: 'test-team',
  })
  expect(warnings).toEqual([{ code: 'PARTLY_READ', message: 'oasysConfirmed of this document is not read' }])
})

test('a referral in the community says nothing of a history that it does not carry', () => {
  const { person, records } = read(sample('community'), 'PROBATION_SYSTEM')
  expect(person).toEqual([{ type: 'CRN', raw: 'T123456' }])
  expect(records).toEqual([
    {
      system: 'DELIUS',
      localId: 'referral:test-referral-2',
      facts: { referral: { programme: 'Building Choices', referredOn: '2025-06-11' } },
    },
  ])
})

test('a programme that was taken is a record of its own', () => {
  const { records } = read(sample('participation'), 'CRC_SYSTEM')
  expect(records).toEqual([
    {
      system: 'CRC',
      localId: 'participation:test-participation-1',
      facts: {
        participation: {
          programme: 'Horizon',
          referral: 'test-referral-1',
          setting: 'CUSTODY',
          location: 'Moorland (HMP)',
          outcome: 'INCOMPLETE',
          yearStarted: 2023,
          statedSource: 'Test source',
          detail: 'Test detail',
        },
      },
    },
  ])
})

test.each([
  ['one state by itself', sample('state'), 'statusHistory'],
  ['one without a number', { courseName: 'Horizon', prisonNumber: 'T1234AB' }, 'id'],
  ['one that states nothing', { referralId: 'r1', prisonNumber: 'T1234AB' }, 'status'],
  ['one that names nobody', { referralId: 'r1', status: 'ON_PROGRAMME' }, 'person'],
  ['a programme without a name', { ...sample('participation'), courseName: ' ' }, 'courseName'],
  [
    'a state without a status',
    { ...sample('custody'), statusHistory: [{ notes: 'SECRET' }] },
    'statusHistory.0.status',
  ],
])('%s cannot be read, and its path is named', (_, payload, path) => {
  expect(() => read(payload)).toThrow(Unreadable)
  try {
    read(payload)
  } catch (error) {
    expect((error as Unreadable).path).toBe(path)
    expect((error as Unreadable).message).not.toContain('SECRET')
  }
})
