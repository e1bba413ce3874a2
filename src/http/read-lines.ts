import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

const LINE_MAX_BYTES = 1_048_576

export interface Line {
  readonly text: string
  /** Set where the line is too long to be read; its text is dropped. */
  readonly fault?: string
}

/** The lines of a body, blank ones left out; memory is bounded by one line, whatever the sender does. */
export async function* readLines(body: Readable): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let tooLong = false
  for await (const part of body) {
    const pieces = (rest + decoder.write(part as Buffer)).split('\n')
    rest = pieces.pop() ?? ''
    for (const text of pieces) {
      if (tooLong) yield TOO_LONG
      else if (text.trim() !== '') yield { text }
      tooLong = false
    }
    if (rest.length > LINE_MAX_BYTES) {
      tooLong = true
      rest = ''
    }
  }
  const last = rest + decoder.end()
  if (tooLong) yield TOO_LONG
  else if (last.trim() !== '') yield { text: last }
}

const TOO_LONG: Line = { text: '', fault: `a line is at most ${LINE_MAX_BYTES} characters` }
