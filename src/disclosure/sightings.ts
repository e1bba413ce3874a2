import type { AccessPlan } from '../access/plan-access'
import type { Selection } from '../catalogue/select'
import { Refusal } from '../domain/refusal'

/** What one statement returned: the finished JSON and who is in it. */
export interface Disclosed {
  readonly text: string
  readonly revision: number
  /** One per root field. */
  readonly sightings: readonly Sighting[]
}

export interface Sighting {
  readonly shown: readonly ShownOffender[]
  /** Asked for, and not shown. */
  readonly unseen: readonly UnseenOffender[]
}

export interface ShownOffender {
  readonly id: string
  /** The plan's conditions, for this row. */
  readonly conditions: readonly boolean[]
  /** Agencies whose records these are. */
  readonly owners: readonly string[]
}

export interface UnseenOffender {
  readonly id: string
  /** Limited access was the only bar. */
  readonly limited: boolean
  readonly notice: string | null
}

/** The statement's row, as PostgreSQL gives it. */
export function readDisclosed(row: Readonly<Record<string, unknown>>): Disclosed {
  const sightings = row['sightings'] as [
    [string, boolean[], string[]][],
    [string, boolean, string | null][],
  ][]
  return {
    text: row['data'] as string,
    revision: Number(row['revision']),
    sightings: sightings.map(([shown, unseen]) => ({
      shown: shown.map(([id, conditions, owners]) => ({ id, conditions, owners })),
      unseen: unseen.map(([id, limited, notice]) => ({ id, limited, notice })),
    })),
  }
}

/** Refuses what only the rows can tell; alike for people who are hidden and for people who are not there. */
export function checkSightings(selection: Selection, plan: AccessPlan, disclosed: Disclosed): void {
  selection.roots.forEach((root, i) => {
    if (root.name !== 'offender') return
    const shown = disclosed.sightings[i]?.shown ?? []
    if (shown.length > 1) {
      throw new Refusal(
        'AMBIGUOUS_IDENTIFIER',
        'This identifier is on more than one person’s record; ask by another, or by id.',
        'by',
      )
    }
    const limited = disclosed.sightings[i]?.unseen.some((unseen) => unseen.limited) ?? false
    if (shown.length === 0 && plan.mayJustify && !limited) {
      throw new Refusal(
        'JUSTIFICATION_REQUIRED',
        'This is no case of your caseload or team: say why you look in the justification header.',
      )
    }
  })
}
