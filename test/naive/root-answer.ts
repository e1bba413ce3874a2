import type { Catalogue } from '../../src/catalogue/catalogue'
import type { Purpose } from '../../src/domain/purpose'
import type { Asker } from './asker'
import type { People, Sight } from './people'
import type { Moment, NaiveRecord } from './record'
import type { Relationships } from './relationships'
import type { Person, Rights } from './rights'
import type { Answering } from './values'

/** All that one question is answered from. */
export interface World {
  readonly catalogue: Catalogue
  readonly record: NaiveRecord
  readonly asker: Asker
  readonly relationships: Relationships
  readonly rights: Rights
  readonly people: People
  readonly purpose: Purpose
  readonly now: string
  openCursor(cursor: string): readonly unknown[]
}

/** What one root field comes to. */
export interface RootAnswer {
  readonly value: unknown
  readonly sights: readonly Sight[]
  /** Whose each item of the list is, in its order; absent where one object is asked for. */
  readonly items?: readonly Person[]
  readonly refusal?: string
  /** Refused before anybody is read. */
  readonly refusedUnread?: string
}

export const NOTHING: RootAnswer = { value: null, sights: [] }

export function answering(world: World, moment: Moment, shown: readonly Person[]): Answering {
  const { catalogue, record, rights, openCursor } = world
  const byId = new Map(shown.map((person) => [person.id, person]))
  return { catalogue, record, rights, moment, shown: byId, openCursor, worked: {} }
}

/** Alike for people who are hidden and for people who are not there. */
export function refusalOfLookUp({ asker }: World, sights: readonly Sight[]): string | undefined {
  const shown = sights.filter(({ isShown }) => isShown)
  if (shown.length > 1) return 'AMBIGUOUS_IDENTIFIER'
  const mayJustify = asker.role.rows.unjustified !== undefined && !asker.isJustified
  const isLimited = sights.some((sight) => sight.isLimited)
  return shown.length === 0 && mayJustify && !isLimited ? 'JUSTIFICATION_REQUIRED' : undefined
}
