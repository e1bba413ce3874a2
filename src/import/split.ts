/** A piece of a source that should be one JSON text. */
export interface JsonText {
  readonly text: string
  /** Why there is no text, where it is empty. */
  readonly fault?: string
  /** Where the source goes on after it, in bytes. */
  readonly end: number
}

/** What one request takes, and so the longest text that could be sent. */
export const TEXT_BYTES_MAX = 8_000_000
export const TOO_LARGE = 'TOO_LARGE a document has at most 8 MB'

/** Bytes of one text, of which no more are kept than could be sent. */
class Gathered {
  private pieces: Buffer[] = []
  private length = 0

  add(piece: Buffer): void {
    this.length += piece.length
    if (this.length > TEXT_BYTES_MAX) this.pieces = []
    else if (piece.length > 0) this.pieces.push(piece)
  }

  /** Nothing where there are only blanks. */
  *take(end: number): Generator<JsonText> {
    const isTooLarge = this.length > TEXT_BYTES_MAX
    const text = Buffer.concat(this.pieces).toString('utf8')
    this.pieces = []
    this.length = 0
    if (isTooLarge) yield { text: '', fault: TOO_LARGE, end }
    else if (text.trim() !== '') yield { text, end }
  }
}

const NEWLINE = 0x0a

/** The lines of a source that is read from a byte on. Node's own line reader also breaks at U+2028, which JSON texts may hold. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<JsonText> {
  const line = new Gathered()
  let offset = from
  for await (const chunk of chunks) {
    let start = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, at))
      start = at + 1
      yield* line.take(offset + start)
    }
    line.add(chunk.subarray(start))
    offset += chunk.length
  }
  yield* line.take(offset)
}

/** The elements of a source that is one JSON array, read from its start or from the end of an element on. */
export async function* elementsOf(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<JsonText> {
  const element = new Gathered()
  const scan = new Scan(from === 0 ? 0 : 1)
  let offset = from
  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const met = scan.meet(chunk[at] ?? 0)
      if (met === 'inside') continue
      if (met === 'end') {
        element.add(chunk.subarray(start, at))
        // A comma is left behind; the closing bracket is met again by whoever goes on from there.
        yield* element.take(offset + at + scan.depth)
      }
      start = at + 1
    }
    element.add(chunk.subarray(start))
    offset += chunk.length
  }
  if (scan.depth > 0) yield { text: '', fault: 'NOT_JSON the array has no end', end: offset }
  // What follows the array is no part of it, and is not passed over.
  else yield* element.take(offset)
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const OPENING = [0x5b, 0x7b]
const CLOSING = [0x5d, 0x7d]

/** Follows the brackets of a JSON text; bytes of a character beyond ASCII are never taken for one. */
class Scan {
  private isOver = false
  private quoted = false
  private escaped = false

  constructor(public depth: number) {}

  /** Whether a byte begins the array, ends one of its elements, or is inside of one. */
  meet(byte: number): 'start' | 'end' | 'inside' {
    if (this.isOver) return 'inside'
    if (this.quoted) this.meetQuoted(byte)
    else if (byte === QUOTE) this.quoted = true
    else if (OPENING.includes(byte)) return ++this.depth === 1 ? 'start' : 'inside'
    else if (CLOSING.includes(byte)) this.isOver = --this.depth === 0
    else if (byte === COMMA && this.depth === 1) return 'end'
    return this.isOver ? 'end' : 'inside'
  }

  private meetQuoted(byte: number): void {
    if (this.escaped) this.escaped = false
    else if (byte === BACKSLASH) this.escaped = true
    else if (byte === QUOTE) this.quoted = false
  }
}
