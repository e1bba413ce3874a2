import { ROLES } from '../src/access/roles'
import type { RoleName } from '../src/domain/caller'
import type { Purpose } from '../src/domain/purpose'
import { JUSTIFYING, type Standing } from './support/agreed'
import { STATES, type State } from './support/canary-world'
import { Cells, LEAVES, nameOf, PARTS } from './support/cells'
import { AGREED_ROLES } from './support/contract-policy'

let cells: Cells

beforeAll(async () => {
  cells = await Cells.start()
}, 120_000)

afterAll(() => cells.close())

/**
 * Leaves that hold nothing: health in full, which no role reads; what is over, superseded, frozen, merged or late
 * in this world of first statements; and training, which is of staff.
 */
const EMPTY =
  /^(barriers\.(kind|code|description|condition|status|notes)$|risk\.(registers|endedRegistrations)\.health|formerIds|allocations\.training|mappa\.(registrations?|conflict)\.until|mappa\.decisions\.nodes\.supersedes|mappa\.meetings\.meeting\.(frozen|invitations\.subject)|oversight\.nodes\.(supersedes|need\.id|assessment\.id)|changes\.)/

/** Purposes that change what a role reads are asked in every state, the others of an own case; `CELLS=all` asks all. */
function isAsked(role: RoleName, purpose: Purpose, state: State): boolean {
  if (process.env['CELLS'] === 'all' || state === 'own') return true
  return purpose === ROLES[role].purposes[0] || purpose === 'MAPPA'
}

const standings = AGREED_ROLES.flatMap((role) =>
  ROLES[role].purposes.flatMap((purpose) =>
    STATES.filter((state) => isAsked(role, purpose, state)).flatMap((state) =>
      (JUSTIFYING.includes(role) ? [false, true] : [false]).map((justified): Standing => {
        return { role, purpose, state, justified }
      }),
    ),
  ),
)

test('every role was agreed', () => {
  expect([...AGREED_ROLES].sort()).toEqual(Object.keys(ROLES).sort())
})

test('nearly every leaf holds something, so that its absence says something', () => {
  const dead = LEAVES.map(nameOf).filter((name) => !cells.live.has(name))
  process.stdout.write(`leaves that hold nothing: ${dead.length} of ${LEAVES.length}\n`)
  expect(dead.filter((name) => !EMPTY.test(name))).toEqual([])
})

test('every cell: what was agreed is shown, all else is withheld with its mark, and was not read', async () => {
  const begun = Date.now()
  const faults: string[] = []
  for (const standing of standings) {
    const { role, purpose, state, justified } = standing
    const who = `${role} for ${purpose}, ${state}${justified ? ', justified' : ''}`
    for (const part of PARTS) {
      faults.push(...(await cells.faults(part, standing)).map((fault) => `${who}: ${fault}`))
    }
  }
  process.stdout.write(
    `every cell: ${standings.length} standings × ${LEAVES.length} leaves = ${standings.length * LEAVES.length} cells in ${Date.now() - begun} ms\n`,
  )
  expect(faults.slice(0, 60)).toEqual([])
}, 600_000)
