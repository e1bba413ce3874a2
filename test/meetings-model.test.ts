import fc from 'fast-check'
import { Client } from 'pg'
import { MEETING_MOVES, type MeetingCommand, type MeetingState, type Move } from '../src/meetings/machine'
import { aCase } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { command, done } from './support/meetings'

const RUNS = Number(process.env['MEETINGS_RUNS'] ?? 4)
const SEED = Number(process.env['MEETINGS_SEED'] ?? Date.now() % 2 ** 31)
const AT_ONCE = 6
const BY = { crn: 'C111111' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', [aCase('C111111')])
})

afterAll(async () => {
  await record.end()
  await t.close()
})

const coordinator = (n: number): As => ({
  role: 'MAPPA_COORDINATOR',
  agency: 'N02',
  subject: `coordinator-${n}`,
})
const panel = (n: number): As => ({ role: 'MAPPA_PANEL_MEMBER', agency: `POL-${n}`, subject: `panel-${n}` })

interface Step {
  readonly name: MeetingCommand
  readonly who: number
}

/** Commands that end a meeting are rare, so that much happens before. */
const steps = fc.array(
  fc.record<Step>({
    name: fc.constantFrom<MeetingCommand>(
      ...Array.from({ length: 10 }, () => 'contributeToMappaMeeting' as const),
      ...Array.from({ length: 7 }, () => 'inviteToMappaMeeting' as const),
      ...Array.from({ length: 7 }, () => 'freezeMappaMeeting' as const),
      'withdrawMappaInvitation',
      'withdrawMappaInvitation',
      'sendMappaApologies',
      'acceptMappaConfidentiality',
      'holdMappaMeeting',
      'recordMappaMeetingDecision',
      'recordMappaMinutes',
      'closeMappaMeeting',
      'cancelMappaMeeting',
    ),
    who: fc.nat(2),
  }),
  { minLength: 20, maxLength: 45 },
)

let serial = 0

/** What a step sends: its words are its own, so that they are found again. */
function argsOf({ name, who }: Step, meeting: string, invitations: readonly string[]) {
  serial += 1
  const word = `word-${serial}`
  const said = { meeting, offender: BY }
  const args: Partial<Record<MeetingCommand, Record<string, unknown>>> = {
    contributeToMappaMeeting: { input: { ...said, contribution: word } },
    inviteToMappaMeeting: { meeting, invitations: [{ agency: word }] },
    withdrawMappaInvitation: { meeting, invitation: invitations[who], reason: word },
    sendMappaApologies: { meeting, reason: word },
    acceptMappaConfidentiality: { meeting, edition: '2026-1' },
    holdMappaMeeting: {
      input: {
        meeting,
        heldAt: '2026-11-20T10:00:00Z',
        chair: { name: word, agency: 'N02' },
        attendance: [{ agency: 'N02', state: 'ATTENDED' }],
      },
    },
    recordMappaMeetingDecision: { input: { ...said, decision: word, rationale: 'Reasons.' } },
    recordMappaMinutes: {
      input: { meeting, reference: word, formCode: 'C', title: 'Minutes', guidanceEdition: '2023' },
    },
    cancelMappaMeeting: { meeting, reason: word },
  }
  return { word, args: args[name] ?? { meeting } }
}

const byPanel: readonly MeetingCommand[] = [
  'contributeToMappaMeeting',
  'sendMappaApologies',
  'acceptMappaConfidentiality',
]

interface Sent {
  readonly name: MeetingCommand
  readonly word: string
  readonly outcome: 'DONE' | 'REFUSED' | 'UNSEEN'
}

/** All of it through the API, several at once; none may fail otherwise than by a refusal. */
async function play(script: readonly Step[]): Promise<{ meeting: string; sent: Sent[] }> {
  const input = {
    level: 3,
    at: new Date(Date.now() + 86_400_000).toISOString(),
    offenders: [BY],
    invitations: [0, 1, 2].map((n) => ({ agency: `POL-${n}` })),
  }
  const called = await done(t, coordinator(0), 'scheduleMappaMeeting', { input })
  const invitations = called.invitations.map(({ id }) => id)
  const sent: Sent[] = []
  for (let i = 0; i < script.length; i += AT_ONCE) {
    const batch = script.slice(i, i + AT_ONCE).map(async (step): Promise<Sent> => {
      const { word, args } = argsOf(step, called.id, invitations)
      const as = byPanel.includes(step.name) ? panel(step.who) : coordinator(step.who)
      return { name: step.name, word, outcome: outcomeOf(step.name, await command(t, as, step.name, args)) }
    })
    sent.push(...(await Promise.all(batch)))
  }
  return { meeting: called.id, sent }
}

function outcomeOf(name: string, { data, errors }: Body): Sent['outcome'] {
  const [error] = errors ?? []
  if (error && !['CONFLICT', 'BAD_USER_INPUT'].includes(error.extensions.code)) throw new Error(error.message)
  if (error) return 'REFUSED'
  return data?.[name] === null ? 'UNSEEN' : 'DONE'
}

const words = async (table: string, column: string, meeting: string): Promise<string[]> => {
  const { rows } = await record.query<{ word: string }>(
    `select x.${column} as word from record.${table} x where x.meeting_id = $1 and x.${column} like 'word-%' order by 1`,
    [meeting],
  )
  return rows.map(({ word }) => word)
}

/** The states that the meeting was in, each with the revision that it began at. */
async function statesOf(meeting: string): Promise<{ state: MeetingState; revision: number }[]> {
  const { rows } = await record.query<{ state: MeetingState; revision: string }>(
    'select m.state, m.revision from record.mappa_meeting_ever m where m.id = $1 order by m.revision, m.ordinal',
    [meeting],
  )
  return rows.map(({ state, revision }) => ({ state, revision: Number(revision) }))
}

/** Moves of the history that no command of the machine makes. */
function strayMoves(states: readonly { state: MeetingState }[]): string[] {
  const moves = Object.values<Move>(MEETING_MOVES)
  return states.slice(1).flatMap(({ state }, i) => {
    const before = states[i]?.state ?? 'SCHEDULED'
    const isKnown = before === state || moves.some(({ from, to }) => to === state && from.includes(before))
    return isKnown ? [] : [`${before} to ${state}`]
  })
}

/** Rows that a command wrote while the meeting was in a state that it does not run in. */
async function strayRows(
  meeting: string,
  states: readonly { state: MeetingState; revision: number }[],
): Promise<string[]> {
  const written: [table: string, name: MeetingCommand][] = [
    ['meeting_contribution', 'contributeToMappaMeeting'],
    ['meeting_freeze', 'freezeMappaMeeting'],
    ['meeting_decision', 'recordMappaMeetingDecision'],
    ['meeting_minutes', 'recordMappaMinutes'],
  ]
  const stray: string[] = []
  for (const [table, name] of written) {
    const { rows } = await record.query<{ revision: string }>(
      `select x.revision from record.${table} x where x.meeting_id = $1`,
      [meeting],
    )
    for (const { revision } of rows) {
      const before = states.filter((each) => each.revision < Number(revision)).at(-1)?.state ?? 'none'
      if (!(MEETING_MOVES[name].from as readonly string[]).includes(before))
        stray.push(`${name} while ${before}`)
    }
  }
  return stray
}

test('whatever coordinators and panel members do at once: states keep to the machine, nothing is lost, freezes have no gaps', async () => {
  process.stdout.write(`meetings: seed ${SEED}, ${RUNS} runs of up to 45 commands, ${AT_ONCE} at once\n`)
  const outcomes: Record<string, number> = {}
  const property = fc.asyncProperty(steps, async (script) => {
    const { meeting, sent } = await play(script)
    for (const { outcome } of sent) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const doneBy = (name: MeetingCommand) =>
      sent
        .filter((each) => each.name === name && each.outcome === 'DONE')
        .map(({ word }) => word)
        .sort()
    const states = await statesOf(meeting)
    expect(strayMoves(states)).toEqual([])
    expect(await strayRows(meeting, states)).toEqual([])
    expect(await words('meeting_contribution', 'contribution', meeting)).toEqual(
      doneBy('contributeToMappaMeeting'),
    )
    expect(await words('meeting_invitation', 'agency', meeting)).toEqual(doneBy('inviteToMappaMeeting'))
    expect(await words('meeting_invitation', 'withdrawn_because', meeting)).toEqual(
      doneBy('withdrawMappaInvitation'),
    )
    expect(await words('meeting_decision', 'decision', meeting)).toEqual(doneBy('recordMappaMeetingDecision'))
    const { rows } = await record.query<{ number: number; revision: string }>(
      'select f.number, f.frozen_revision as revision from record.meeting_freeze f where f.meeting_id = $1 order by f.revision',
      [meeting],
    )
    const frozen = doneBy('freezeMappaMeeting')
    expect(rows.map(({ number }) => number)).toEqual(frozen.map((_, i) => i + 1))
    expect(new Set(rows.map(({ revision }) => revision)).size).toBe(frozen.length)
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true })
  process.stdout.write(`meetings: ${JSON.stringify(outcomes)}\n`)
  expect(outcomes['DONE']).toBeGreaterThan(outcomes['UNSEEN'] ?? 0)
}, 300_000)
