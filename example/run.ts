import type { Chapter, Step } from './story'
import { wordsForSomebody, type Words } from './words'

/** A step with the answer that it got, told in words. */
export interface Told {
  readonly chapter: string
  readonly step: Step
  readonly answer: unknown
}

export interface Gateway {
  readonly url: string
  /** What `throughcare token` prints for these arguments. */
  tokenOf(args: readonly string[]): Promise<string>
}

/** Runs the chapters in order against a gateway, through its public API alone. Throws where a step gives no name it should. */
export async function run(chapters: readonly Chapter[], gateway: Gateway): Promise<Told[]> {
  const words = wordsForSomebody()
  const told: Told[] = []
  for (const { title, steps } of chapters) {
    for (const step of steps) {
      const answer = await answerTo(step, gateway, words)
      for (const [word, path] of Object.entries(step.keeps ?? {})) words.keep(word, valueAt(answer, path))
      told.push({ chapter: title, step, answer: JSON.parse(words.tell(JSON.stringify(answer))) as unknown })
    }
  }
  return told
}

async function answerTo(step: Step, gateway: Gateway, words: Words): Promise<unknown> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${await gateway.tokenOf(step.by.token.map((each) => words.fill(each)))}`,
    ...(step.by.purpose !== undefined && { 'purpose-of-use': step.by.purpose }),
  }
  const [path, body] =
    step.pushes === undefined
      ? ['/graphql', JSON.stringify({ query: words.fill(step.asks ?? '') })]
      : [`/ingest/${step.pushes.format}`, words.fill(JSON.stringify(step.pushes.document))]
  const response = await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body })
  return partOf((await response.json()) as Answer)
}

interface Answer {
  readonly data?: unknown
  readonly results?: readonly Readonly<Record<string, unknown>>[]
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
  readonly extensions?: { readonly withheld?: unknown }
}

/** All of an answer but where its journal entry is and which revision of the record it is of. */
function partOf({ data, results, errors, extensions }: Answer): unknown {
  return {
    ...(results === undefined ? { data: data ?? null } : { results: results.map(receiptOf) }),
    ...(errors && { errors: errors.map(({ message, extensions: { code } }) => ({ code, message })) }),
    ...(extensions?.withheld !== undefined && { extensions: { withheld: extensions.withheld } }),
  }
}

function receiptOf({ outcome, offenderId, errors, warnings }: Readonly<Record<string, unknown>>) {
  return { outcome, offenderId, errors, warnings }
}

function valueAt(answer: unknown, path: string): string {
  const keys = path.match(/[^.[\]]+/g) ?? []
  const value = keys.reduce<unknown>(inside, answer)
  if (typeof value === 'string') return value
  throw new Error(`the answer has no text at ${path}: ${JSON.stringify(answer)}`)
}

/** A member of an object, or of a list the element at a place or with a member of that value. */
function inside(part: unknown, key: string): unknown {
  const [name = '', wanted] = key.split('=')
  if (wanted !== undefined && Array.isArray(part))
    return part.find((each) => (each as Readonly<Record<string, unknown>>)[name] === wanted)
  return (part as Readonly<Record<string, unknown>> | null | undefined)?.[name]
}
