import { runKills } from './support/kills'
import { Processes } from './support/process'

const processes = new Processes()

afterEach(() => processes.cleanUp())

test('twenty kills under load lose nothing that was acknowledged and leave no view unlogged', async () => {
  const { faults, dataDir, ...tally } = await runKills(processes, Number(process.env['CYCLES'] ?? 20))
  console.log(JSON.stringify(tally))
  expect(faults).toEqual([])
}, 180_000)
