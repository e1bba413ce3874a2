import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

const LINE_MAX = 1_048_576

export interface Line {
  readonly text: string
  /** Set where the line is too long to be read; its text is dropped. */
  readonly fault?: string
}

/**
 * The lines of a body, blank ones left out. Memory is bounded by one line, and each character is looked
 * at once, however small the pieces are that a sender cuts its body into.
 */
export async function* readLines(body: Readable): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8')
  const line = new LineBuffer()
  for await (const part of body) {
    const [first = '', ...later] = decoder.write(part as Buffer).split('\n')
    line.add(first)
    for (const text of later) {
      yield* line.take()
      line.add(text)
    }
  }
  line.add(decoder.end())
  yield* line.take()
}

class LineBuffer {
  private pieces: string[] = []
  private length = 0

  add(text: string): void {
    this.length += text.length
    if (this.length > LINE_MAX) this.pieces = []
    else if (text !== '') this.pieces.push(text)
  }

  *take(): Generator<Line> {
    const text = this.pieces.join('')
    const tooLong = this.length > LINE_MAX
    this.pieces = []
    this.length = 0
    if (tooLong) yield { text: '', fault: `a line is at most ${LINE_MAX} characters` }
    else if (text.trim() !== '') yield { text }
  }
}
