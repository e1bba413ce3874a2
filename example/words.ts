import { randomInt } from 'node:crypto'

const DAY_MS = 86_400_000
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g
const DATE = /\d{4}-\d\d-\d\d/g

/**
 * The words that stand for what differs from run to run: `‹today+84›` for a day, `‹now›` for the moment of a request,
 * `‹meeting›` for what an answer gave. Requests are filled in with values, and answers told in words again; what has no
 * word of its own is `‹id›`, `‹time›` or `‹date›`.
 */
export class Words {
  private readonly values = new Map<string, string>()

  keep(word: string, value: string): void {
    this.values.set(word, value)
  }

  fill(text: string): string {
    return text.replace(/‹([^›]+)›/g, (_whole, word: string) => this.valueOf(word))
  }

  /** The same in words, of JSON text: a value is one where it is all of a string. */
  tell(json: string): string {
    const timeless = json.replace(INSTANT, '‹time›')
    const named = [...this.values].reduce(
      (told, [word, value]) => told.replaceAll(JSON.stringify(value), JSON.stringify(`‹${word}›`)),
      timeless,
    )
    return named.replace(UUID, '‹id›').replace(DATE, '‹date›')
  }

  private valueOf(word: string): string {
    if (word === 'now') return new Date().toISOString()
    const kept = this.values.get(word) ?? dayOf(word)
    if (kept === undefined) throw new Error(`no answer has given ‹${word}› yet`)
    this.keep(word, kept)
    return kept
  }
}

/** The words that numbers of a person and of their officer go by: of others at each run. */
export function wordsForSomebody(): Words {
  const words = new Words()
  const number = String(randomInt(1_000_000)).padStart(6, '0')
  words.keep('crn', `Y${number}`)
  words.keep('prison number', `Y${number.slice(2)}ZY`)
  words.keep('staff code', `N02T${number.slice(3)}`)
  words.keep('first assessment number', `91${number}`)
  words.keep('second assessment number', `92${number}`)
  words.keep('licence', `93${number}`)
  return words
}

/** `today`, or so many days from it, as a calendar in London has it; undefined for any other word. */
function dayOf(word: string): string | undefined {
  const [found, days = '0'] = /^today([+-]\d+)?$/.exec(word) ?? []
  if (found === undefined) return undefined
  const day = new Date(Date.now() + Number(days) * DAY_MS)
  return day.toLocaleDateString('en-CA', { timeZone: 'Europe/London' })
}
