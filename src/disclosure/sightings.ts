import type { OpenGlass } from '../access/open-glass'
import type { AccessPlan } from '../access/plan-access'
import type { SelectedField, Selection } from '../catalogue/select'
import { Refusal } from '../domain/refusal'
import { readCursor, sealPlaces, type Cursors } from '../query/cursor'

/** What one statement returned: the finished JSON and who is in it. */
export interface Disclosed {
  readonly text: string
  readonly revision: number
  /** One per root field. */
  readonly sightings: readonly Sighting[]
  /** The caller's open break-glass grants, where the statement was to tell of them. */
  readonly glass: readonly OpenGlass[]
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
  /** Whose records these are now, where they were shown as of then. */
  readonly others: readonly string[]
  /** Of changes: the paths of what was shown. */
  readonly paths: readonly string[]
  /** Of a list in which somebody may come more than once: where they come. */
  readonly places?: readonly number[]
}

export interface UnseenOffender {
  readonly id: string
  /** Limited access was the only bar. */
  readonly limited: boolean
  readonly notice: string | null
}

/** The statement's row, as PostgreSQL gives it. */
export function readDisclosed(row: Readonly<Record<string, unknown>>, cursors: Cursors): Disclosed {
  const sightings = row['sightings'] as [
    [string, boolean[], (string | null)[], { others?: string[]; paths?: string[]; places?: number[] }?][],
    [string, boolean, string | null][],
  ][]
  return {
    text: sealPlaces(row['data'] as string, cursors),
    revision: Number(row['revision']),
    glass: ((row['glass'] ?? []) as [string, string][]).map(([grant, offender]) => ({ grant, offender })),
    sightings: sightings.map(([shown, unseen]) => ({
      shown: shown.map(([id, conditions, owners, { others = [], paths = [], places } = {}]) => {
        const agencies = [...new Set(owners.filter((owner) => owner !== null))].sort()
        return { id, conditions, owners: agencies, others, paths, ...(places && { places }) }
      }),
      unseen: unseen.map(([id, limited, notice]) => ({ id, limited, notice })),
    })),
  }
}

/** Refuses what only the rows can tell; alike for people who are hidden and for people who are not there. */
export function checkSightings(
  selection: Selection,
  plan: AccessPlan,
  disclosed: Disclosed,
  cursors: Cursors,
): void {
  selection.roots.forEach((root, i) => {
    if (root.name === 'changes') refuseUnreached(root, disclosed.revision, cursors)
    if (!LOOK_UPS.includes(root.name)) return
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

/** They ask for one person, by an identifier. */
const LOOK_UPS: readonly string[] = ['offender', 'paroleSummary']

/** A cursor that the record has not reached is another record's, or of before a restore: reading on from it would skip changes. */
function refuseUnreached({ name, args: { after } }: SelectedField, newest: number, cursors: Cursors): void {
  const [revision = 0] = typeof after === 'string' ? readCursor(after, 2, cursors(name)) : []
  if (Number(revision) > newest) {
    throw new Refusal('BAD_USER_INPUT', 'The record has not come as far as this cursor.', 'after')
  }
}
