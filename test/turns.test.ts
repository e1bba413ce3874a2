import { Turns } from '../src/updates/turns'

/** Does work of so many pieces, each its own name in the order in which they were done. */
async function done(works: Readonly<Record<string, number>>): Promise<string> {
  const turns = new Turns()
  const order: string[] = []
  const work = async (name: string, pieces: number) => {
    for (let left = pieces; left > 0; left -= 1) {
      await turns.take(left)
      order.push(name)
    }
  }
  await Promise.all(Object.entries(works).map(([name, pieces]) => work(name, pieces)))
  return order.join('')
}

test('small work does not wait for large', async () => {
  expect(await done({ a: 4, b: 1, c: 2 })).toBe('bccaaaa')
})

test('of what is alike the first is done before the next is begun', async () => {
  expect(await done({ a: 3, b: 3, c: 3 })).toBe('aaabbbccc')
})

test('what comes later has its turn', async () => {
  const turns = new Turns()
  await turns.take(1)
  await turns.take(1)
  expect(await done({ a: 1 })).toBe('a')
})

test('others have theirs after each piece', async () => {
  const turns = new Turns()
  const order: string[] = []
  const tick = () => {
    order.push('other')
    if (order.length < 8) setImmediate(tick)
  }
  setImmediate(tick)
  const work = async (left: number) => {
    await turns.take(left)
    order.push('piece')
  }
  await Promise.all([work(3), work(2), work(1)])
  expect(order.join(' ')).toMatch(/piece other piece other piece/)
})
