import type { Query } from '../commands/asked'
import { readSources, type Silence, type Source } from './sources'

const EVERYBODY = { condition: 'true', values: [] }

/** Every feed, for operators. */
export function allSources(query: Query, silence: Silence, now: Date): Promise<Source[]> {
  return readSources(query, silence, now, EVERYBODY)
}

/** What is amiss with a feed, as lines for a log. */
export function alarmsOf({ client, agency, everyHours, overdue, lastHeardAt, gaps }: Source): string[] {
  const feed = `feed ${client}${agency === null ? '' : ` for ${agency}`}`
  return [
    ...(overdue
      ? [
          `${feed} has not been heard since ${lastHeardAt.toISOString()}, and is expected every ${everyHours} h`,
        ]
      : []),
    ...gaps.map(({ from, to }) => `${feed} lacks the messages ${from} to ${to}`),
  ]
}
