import { setTimeout as sleep } from 'node:timers/promises'
import { together } from '../src/domain/together'
import { writeAll, type Write } from '../src/updates/write-all'

test('gives each its own answer', async () => {
  expect(await together([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two'])
})

test('ends when all has ended, and tells what failed first', async () => {
  const ended: string[] = []
  const work = async (name: string, ms: number, fails: boolean) => {
    await sleep(ms)
    ended.push(name)
    if (fails) throw new Error(name)
  }
  const done = together([work('last', 30, true), work('first', 5, true), work('other', 15, false)])
  await expect(done).rejects.toThrow('first')
  expect(ended).toEqual(['first', 'other', 'last'])
})

describe('writes', () => {
  /** A session that does what it is sent one after the other. */
  function session(failing: string) {
    const told: string[] = []
    let before: Promise<unknown> = Promise.resolve()
    const query = (text: string) => {
      told.push(`sent ${text}`)
      const done = before.then(async () => {
        await sleep(1)
        told.push(`done ${text}`)
        if (text === failing) throw new Error(text)
        return []
      })
      before = done.catch(() => undefined)
      return done
    }
    return { told, tx: { query } }
  }

  function* writes(...texts: string[]): Iterable<Write> {
    for (const text of texts) {
      if (text === 'unknown') throw new Error('cannot be worked out')
      yield [text, []]
    }
  }

  test('are sent in order without waiting for answers', async () => {
    const { told, tx } = session('')
    await writeAll(tx, writes('a', 'b', 'c'))
    expect(told).toEqual(['sent a', 'sent b', 'sent c', 'done a', 'done b', 'done c'])
  })

  test('that fail are told once those behind them have ended', async () => {
    const { told, tx } = session('a')
    await expect(writeAll(tx, writes('a', 'b'))).rejects.toThrow('a')
    expect(told.at(-1)).toBe('done b')
  })

  test('under way end where the next cannot be worked out', async () => {
    const { told, tx } = session('')
    await expect(writeAll(tx, writes('a', 'unknown'))).rejects.toThrow('cannot be worked out')
    expect(told).toEqual(['sent a', 'done a'])
  })
})
