import type { CursorOf } from './pages'

type Learn = (stands: CursorOf, cursor: string) => boolean

/** The first place at which two values differ, the order of keys included; undefined where they are alike. */
export function difference(expected: unknown, given: unknown, learn: Learn, path = ''): string | undefined {
  if (isCursor(expected))
    return typeof given === 'string' && learn(expected, given) ? undefined : told(path, expected, given)
  if (Array.isArray(expected) && Array.isArray(given))
    return differenceOfLists(expected as unknown[], given as unknown[], learn, path)
  if (isObject(expected) && isObject(given)) {
    const [keys, others] = [Object.keys(expected), Object.keys(given)]
    if (keys.join() !== others.join()) return told(`${path} (keys)`, keys, others)
    return first(keys, (key) => difference(expected[key], given[key], learn, `${path}.${key}`))
  }
  return Object.is(expected, given) ? undefined : told(path, expected, given)
}

function differenceOfLists(
  expected: readonly unknown[],
  given: readonly unknown[],
  learn: Learn,
  path: string,
): string | undefined {
  if (expected.length !== given.length) return told(`${path} (length)`, expected, given)
  return first([...expected.keys()], (i) => difference(expected[i], given[i], learn, `${path}[${i}]`))
}

function first<T>(values: readonly T[], of: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = of(value)
    if (found !== undefined) return found
  }
  return undefined
}

function told(path: string, expected: unknown, given: unknown): string {
  return `${path}: the naive reader says ${JSON.stringify(expected)}, the gateway ${JSON.stringify(given)}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCursor(value: unknown): value is CursorOf {
  return isObject(value) && typeof value['cursorOf'] === 'string'
}
