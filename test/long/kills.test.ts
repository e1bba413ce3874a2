import { runKills } from '../support/kills'
import { Processes } from '../support/process'

const processes = new Processes()

afterEach(() => processes.cleanUp())

/** `KILLS=5` is enough to see that it runs. */
const KILLS = Number(process.env['KILLS'] ?? 100)

test(`${KILLS} kills under load lose nothing that was acknowledged and leave no view unlogged`, async () => {
  const { faults, ...tally } = await runKills(processes, KILLS)
  process.stdout.write(`${JSON.stringify(tally)}\n`)
  expect(faults).toEqual([])
  expect(tally.cut.batches).toBeGreaterThan(KILLS / 6)
  expect(tally.cut.documents).toBeGreaterThan(3 * tally.cut.batches)
})
