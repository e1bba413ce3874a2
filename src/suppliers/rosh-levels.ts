import type { RoshFact, RoshLevel } from '../updates/update'
import { isDocument, type Document, type Notes } from './reading'

export type Levels = Pick<RoshFact, LevelField>
export type LevelField = Exclude<
  keyof RoshFact,
  | 'overall'
  | 'whoIsAtRisk'
  | 'natureOfRisk'
  | 'riskImminence'
  | 'riskIncreaseFactors'
  | 'riskMitigationFactors'
  | 'analysisOfRiskFactors'
  | 'assessedOn'
>

/** A level in any published spelling (`Very High`, `"HIGH "`, `V`); what is no level costs a warning. */
export function roshLevel(value: unknown, path: string, notes: Notes): RoshLevel | undefined {
  if (value === null || value === undefined) return undefined
  const word =
    typeof value === 'string'
      ? value
          .trim()
          .toUpperCase()
          .replace(/[\s_-]+/g, '_')
      : '?'
  if (word === '' || word === 'NA' || word === 'N/A') return undefined
  const level = SPELLINGS[word]
  if (level === undefined)
    notes.add('UNKNOWN_ROSH_LEVEL', `${path} is not a level of harm we know and is left out`)
  return level
}

/**
 * Reads one map of levels, which is published both ways round: level to groups
 * (`{"HIGH": ["Children"]}`) and group to level (`{"children": "HIGH "}`). A group under two levels gets
 * the worse. Prisoners are a group in custody only (domain 3.1).
 */
export function levelsFrom(map: unknown, setting: 'community' | 'custody', at: string, notes: Notes): Levels {
  if (!isDocument(map)) return {}
  const levels: Partial<Record<LevelField, RoshLevel>> = {}
  for (const [group, level] of pairs(map, at, notes)) {
    const field = FIELDS[setting].get(group.toLowerCase().replace(/[^a-z]/g, ''))
    if (field === undefined) {
      notes.add('GROUP_NOT_HELD', `${at} states a level for a group that has none there: it is left out`)
    } else {
      levels[field] = worst([levels[field], level]) ?? level
    }
  }
  return levels
}

const GROUPS = ['Children', 'Public', 'KnownAdult', 'Staff', 'Prisoners']

export const OASYS_LEVELS: readonly string[] = GROUPS.flatMap((group) => [
  `risk${group}Community`,
  `risk${group}Custody`,
])

/** OASys names group and setting in one field: `riskKnownAdultCommunity`. */
export function oasysLevels(document: Document, at: string, notes: Notes): Levels {
  const inSetting = (setting: string): Document =>
    Object.fromEntries(
      GROUPS.flatMap((group) => {
        const value = document[`risk${group}${setting}`]
        return value === undefined ? [] : [[group, value]]
      }),
    )
  return {
    ...levelsFrom(inSetting('Community'), 'community', `${at}risk…Community`, notes),
    ...levelsFrom(inSetting('Custody'), 'custody', `${at}risk…Custody`, notes),
  }
}

/** The highest level there is; overall is the worst over community and custody (domain 3.1). */
export function worst(levels: readonly (RoshLevel | undefined)[]): RoshLevel | undefined {
  return ORDER.findLast((level) => levels.includes(level))
}

export function isLower(level: RoshLevel, other: RoshLevel): boolean {
  return ORDER.indexOf(level) < ORDER.indexOf(other)
}

const ORDER: readonly RoshLevel[] = ['LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH']

const SPELLINGS: Readonly<Record<string, RoshLevel>> = {
  LOW: 'LOW',
  L: 'LOW',
  MEDIUM: 'MEDIUM',
  M: 'MEDIUM',
  HIGH: 'HIGH',
  H: 'HIGH',
  VERY_HIGH: 'VERY_HIGH',
  VERYHIGH: 'VERY_HIGH',
  V: 'VERY_HIGH',
}

/** `know adult` is a published spelling, not ours. */
const FIELDS: Readonly<Record<'community' | 'custody', ReadonlyMap<string, LevelField>>> = {
  community: new Map([
    ['children', 'communityChildren'],
    ['public', 'communityPublic'],
    ['knownadult', 'communityKnownAdult'],
    ['knowadult', 'communityKnownAdult'],
    ['staff', 'communityStaff'],
  ]),
  custody: new Map([
    ['children', 'custodyChildren'],
    ['public', 'custodyPublic'],
    ['knownadult', 'custodyKnownAdult'],
    ['knowadult', 'custodyKnownAdult'],
    ['staff', 'custodyStaff'],
    ['prisoners', 'custodyPrisoners'],
  ]),
}

function pairs(map: Document, at: string, notes: Notes): [string, RoshLevel][] {
  return Object.entries(map).flatMap(([key, value]): [string, RoshLevel][] => {
    if (Array.isArray(value)) {
      const level = roshLevel(key, at, notes)
      const groups = value.filter((group) => typeof group === 'string')
      return level === undefined ? [] : groups.map((group) => [group, level])
    }
    const level = roshLevel(value, at, notes)
    return level === undefined ? [] : [[key, level]]
  })
}
