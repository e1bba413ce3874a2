import { ROLES } from '../../src/access/roles'
import { JUSTIFYING, type Standing } from './agreed'
import { STATES } from './canary-world'
import { Cells, LEAVES, nameOf, PARTS } from './cells'
import { AGREED_ROLES } from './contract-policy'

/**
 * Leaves that hold nothing: health in full, which no role reads; what is over, superseded, frozen, merged, outstanding, in conflict or late
 * in this world of first statements; and training, which is of staff.
 */
const EMPTY =
  /^(barriers\.(kind|code|description|condition|status|notes)$|risk\.(registers|endedRegistrations)\.health|risk\.registers\.riskConflict|formerIds|allocations\.training|mappa\.(registrations?|conflict|levels)\.until|mappa\..*(nodes|levelDecision)\.(communications\.notApplicable|notAddressed\.(agency|answer|answeredAt)$)|mappa\.decisions\.nodes\.supersedes|mappa\..*\.levelDecision\.supersedes|mappa\.actionsOutstanding\.(doneAt|outcome)|mappa\.meetings\.meeting\.(frozen|invitations\.subject)|oversight\.nodes\.(supersedes|need\.id|assessment\.id)|changes\.)/

/**
 * Asks every role, in every state and purpose or (the purposes beyond a role's first) of an own case alone, for
 * every leaf, and compares with what was agreed.
 */
export function testEveryCell({ inAllPurposes }: { readonly inAllPurposes: boolean }): void {
  let cells: Cells

  beforeAll(async () => {
    cells = await Cells.start()
  }, 120_000)

  afterAll(() => cells.close())

  const standings = AGREED_ROLES.flatMap((role) =>
    ROLES[role].purposes.flatMap((purpose) =>
      STATES.filter(
        (state) => inAllPurposes || state === 'own' || purpose === ROLES[role].purposes[0],
      ).flatMap((state) =>
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
}
