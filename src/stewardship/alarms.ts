import type { Query } from './deps'
import { readSources, type Silence, type Source } from './sources'

const EVERYBODY = { condition: 'true', values: [] }

/** Every feed, for operators. */
export function allSources(query: Query, silence: Silence, now: Date): Promise<Source[]> {
  return readSources(query, silence, now, EVERYBODY)
}

/** Says once what is amiss with a feed, and once that it is well again. No line holds anything of a person. */
export class SourceAlarms {
  private readonly said = new Set<string>()

  /** The lines that are new since it was asked last. */
  lines(sources: readonly Source[]): string[] {
    const now = new Set(sources.flatMap(alarmsOf))
    const lines = [
      ...[...now].filter((alarm) => !this.said.has(alarm)).map((alarm) => `alarm: ${alarm}`),
      ...[...this.said].filter((alarm) => !now.has(alarm)).map((alarm) => `no longer: ${alarm}`),
    ]
    this.said.clear()
    for (const alarm of now) this.said.add(alarm)
    return lines
  }
}

function alarmsOf({ client, agency, everyHours, overdue, lastHeardAt, gaps }: Source): string[] {
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
