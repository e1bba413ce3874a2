import fc from 'fast-check'
import { QUESTIONS } from './naive/questions'
import { TwoReaders } from './naive/two-readers'

const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? Date.now() % 2 ** 31)
const DOCUMENTS = Number(process.env['DIFFERENTIAL_DOCUMENTS'] ?? 1_000)

let readers: TwoReaders | undefined

beforeAll(async () => {
  readers = await TwoReaders.start(SEED)
}, 120_000)

afterAll(() => readers?.close())

test('the gateway and the naive reader agree', async () => {
  process.stdout.write(`differential: seed ${SEED}\n`)
  const begun = Date.now()
  await fc.assert(
    fc.asyncProperty(QUESTIONS, async (batch) => {
      const told = await readers?.differ(batch)
      if (told !== undefined) throw new Error(told)
    }),
    { numRuns: DOCUMENTS, seed: SEED, interruptAfterTimeLimit: 300_000 },
  )
  process.stdout.write(`differential: ${readers?.tally.table()} in ${Date.now() - begun} ms\n`)
}, 600_000)
