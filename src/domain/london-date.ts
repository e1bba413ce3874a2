/** The calendar date in London at an instant, `YYYY-MM-DD`: the day that reviews and deadlines are counted in. */
export function londonDate(instant: Date): string {
  // A day turns with a minute, and the same minute is asked for again and again.
  const minute = Math.floor(instant.getTime() / 60_000)
  if (minute !== last.minute) last = { minute, date: LONDON.format(instant) }
  return last.date
}

let last = { minute: NaN, date: '' }

const LONDON = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})
