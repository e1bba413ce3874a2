import { badInput } from '../commands/command'
import { londonDate } from '../domain/london-date'

const DAY_MS = 86_400_000

/** The day on which a time ends: the one that is asked for, after today and no later than `daysMax` from now. */
export function lastDay(asked: string | null | undefined, now: Date, daysMax: number): string {
  const latest = londonDate(new Date(now.getTime() + daysMax * DAY_MS))
  const until = asked ?? latest
  if (until <= londonDate(now)) throw badInput('input.until', 'until is a day after today.')
  if (until > latest) throw badInput('input.until', `until is at most ${daysMax} days from today.`)
  return until
}
