import { isDeepStrictEqual } from 'node:util'
import { QUESTIONS, SERVERS, type Asking, type Question, type Server } from './asking'
import { shoot } from './load'

const OFFENDERS = 50

/** Ends a run in which the three do not answer alike: what does less work is no measure. */
export async function checkSameAnswers(
  asking: Asking,
  urls: Readonly<Record<Server, string>>,
): Promise<void> {
  for (const question of QUESTIONS) {
    for (let n = 0; n < (question === 'Caseload' ? 1 : OFFENDERS); n += 1) {
      const [gateway, ...others] = await Promise.all(
        SERVERS.map((server) => answered(asking, server, urls[server], question, n)),
      )
      others.forEach((other, i) => {
        const difference = differenceOf(gateway, other, question)
        if (difference !== undefined)
          throw new Error(`${SERVERS[i + 1] ?? ''} answers ${question} otherwise: ${difference}`)
      })
    }
  }
}

async function answered(asking: Asking, server: Server, url: string, question: Question, n: number) {
  const { data } = JSON.parse(await shoot(asking.shot(server, url, question, n))) as { data: unknown }
  return data
}

/** The first place where they differ. Times are compared as times, and cursors by whether there is one. */
function differenceOf(one: unknown, other: unknown, place: string): string | undefined {
  if (isObject(one) && isObject(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
    if (!isDeepStrictEqual(Object.keys(one), Object.keys(other)))
      return `${place} has ${Object.keys(one).join(', ')} or ${Object.keys(other).join(', ')}`
    for (const name of names) {
      const difference = differenceOf(one[name], other[name], `${place}.${name}`)
      if (difference !== undefined) return difference
    }
    return undefined
  }
  if (place.endsWith('Cursor') && typeof one === typeof other) return undefined
  return comparable(one) === comparable(other)
    ? undefined
    : `${place} is ${JSON.stringify(one)} or ${JSON.stringify(other)}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function comparable(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(value)) return value
  return Date.parse(value)
}
