/** The calendar date in London at an instant, `YYYY-MM-DD`: the day that reviews and deadlines are counted in. */
export function londonDate(instant: Date): string {
  return LONDON.format(instant)
}

const LONDON = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})
