import fc from 'fast-check'
import { QUESTIONS } from './questions'
import { TwoReaders } from './two-readers'

/** Another run with the same seed asks the same of the same people. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? Date.now() % 2 ** 31)

/** How many batches are drawn before the time is looked at, and documents told of. */
const BATCHES = 10
const TOLD_AFTER = 500

export interface Enough {
  /** Documents after which it is enough; `DIFFERENTIAL_DOCUMENTS` says another number. */
  readonly documents: number
  /** Or a time after which it is. */
  readonly withinMs: number
}

/** Has the gateway and the naive reader answer random documents; fails by the smallest that they differ on. */
export function testAgreement({ documents, withinMs }: Enough): void {
  const wanted = Number(process.env['DIFFERENTIAL_DOCUMENTS'] ?? documents)
  let readers: TwoReaders | undefined

  beforeAll(async () => {
    process.stdout.write(`differential: DIFFERENTIAL_SEED=${SEED}\n`)
    readers = await TwoReaders.start(SEED)
  }, 240_000)

  afterAll(() => readers?.close())

  test(
    'the gateway answers, marks, refuses and journals as the naive reader says',
    async () => {
      if (!readers) throw new Error('nothing has started')
      const { tally } = readers
      const begun = Date.now()
      let told = 0
      for (let round = 0; tally.documents < wanted && Date.now() - begun < withinMs; round += 1) {
        await agree(readers, SEED + round)
        if (tally.documents < told + TOLD_AFTER) continue
        told = tally.documents
        process.stdout.write(`differential: ${told} documents in ${Date.now() - begun} ms\n`)
      }
      process.stdout.write(`${tally.table()}\n`)
      expect(tally.rootsNeverShown).toEqual([])
      expect(tally.shareShown).toBeGreaterThan(0.2)
    },
    withinMs + 240_000,
  )
}

async function agree(readers: TwoReaders, seed: number): Promise<void> {
  const agreed = fc.asyncProperty(QUESTIONS, async (batch) => {
    const told = await readers.differ(batch)
    if (told !== undefined) throw new Error(told)
  })
  await fc.assert(agreed, { numRuns: BATCHES, seed })
}
