import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { headOf, type Source } from './sources'
import { elementsOf, linesOf, type JsonText } from './split'

/** A larger file is not read as a whole. */
const WHOLE_BYTES_MAX = 32_000_000

/**
 * The JSON texts of a source, from a byte on at which one of them ended; memory is bounded whatever its size.
 * Throws when told to stop, also where it waits for somebody who writes into a pipe.
 */
export async function* textsOf(
  { path, size }: Source,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<JsonText, void, undefined> {
  if (size !== undefined && from >= size) return
  const chunks = (): AsyncIterable<Buffer> =>
    path === '-' ? addAbortSignal(signal, process.stdin) : createReadStream(path, { start: from, signal })
  if (/\.(ndjson|jsonl)$/i.test(path)) yield* linesOf(chunks(), from)
  else if (size === undefined) yield* linesOrWhole(path, chunks())
  else if (size <= WHOLE_BYTES_MAX)
    yield { text: await readFile(path, { encoding: 'utf8', signal }), end: size }
  else if (isArray(await headOf(path))) yield* elementsOf(chunks(), from)
  else throw tooLarge(path)
}

function isArray(head: Buffer): boolean {
  return /^\uFEFF?\s*\[/.test(head.toString('utf8'))
}

function tooLarge(path: string): Error {
  const name = path === '-' ? 'standard input' : path
  return new Error(`${name} is larger than ${WHOLE_BYTES_MAX / 1e6} MB: give one document a line (.ndjson)`)
}

/** What comes through a pipe may be lines, or one text over many lines. */
async function* linesOrWhole(path: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  let whole: string | undefined
  let end = 0
  for await (const line of linesOf(chunks, 0)) {
    if (end === 0 && line.fault === undefined && parseJson(line.text) === undefined) whole = ''
    end = line.end
    if (whole === undefined) yield line
    else whole += `${line.text}\n`
    if (whole !== undefined && (line.fault !== undefined || whole.length > WHOLE_BYTES_MAX))
      throw tooLarge(path)
  }
  if (whole !== undefined) yield { text: whole, end }
}

/** undefined, which no JSON text means, where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
