import type { Place } from './items'
import type { Source } from './sources'

/** How far it is, how fast it goes and how long it will still take. */
export class Pace {
  private readonly begunAt = Date.now()
  private readonly bytes: number | undefined
  private documents = 0
  private firstByte = 0
  private byte = 0

  constructor(
    sources: readonly Source[],
    /** Documents that earlier runs sent. */
    private readonly earlier: number,
  ) {
    const last = sources.at(-1)
    const isKnown = sources.every(({ size }) => size !== undefined)
    this.bytes = last && isKnown ? last.startsAt + (last.size ?? 0) : undefined
  }

  /** A round was answered. */
  pass(places: readonly Place[]): void {
    const [first, last] = [places[0], places.at(-1)]
    if (!first || !last) return
    if (this.documents === 0) this.firstByte = first.source.startsAt + first.after.offset
    this.documents += places.length
    this.byte = last.source.startsAt + last.after.offset
  }

  line(): string {
    const seconds = (Date.now() - this.begunAt) / 1000
    const said = [`${grouped(this.earlier + this.documents)} documents`]
    if (seconds > 1) said.push(`${grouped(this.documents / seconds)}/s`)
    if (this.bytes) said.push(`${Math.floor((100 * this.byte) / this.bytes)}% of ${megabytes(this.bytes)}`)
    const rest = this.secondsLeft(seconds)
    if (rest !== undefined) said.push(`${inWords(rest)} left`)
    return said.join(', ')
  }

  private secondsLeft(seconds: number): number | undefined {
    const rate = (this.byte - this.firstByte) / seconds
    const left = (this.bytes ?? 0) - this.byte
    return rate > 0 && left > 0 ? left / rate : undefined
  }
}

function grouped(number: number): string {
  return Math.round(number).toLocaleString('en-GB')
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${grouped(bytes / 1e6)} MB`
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
