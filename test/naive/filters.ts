import { MAPPA_RULES } from '../../src/domain/mappa-rules'
import { CONDITIONS, isAwaited, roshAssessed } from './conditions'
import { isInForce } from './relationships'
import {
  compare,
  dayOf,
  daysAfter,
  holdsAt,
  instantAfter,
  text,
  type Moment,
  type NaiveRecord,
  type Row,
} from './record'
import type { Rights } from './rights'

interface Looking {
  readonly record: NaiveRecord
  readonly moment: Moment
  readonly rights: Rights
}

type Filter = (offender: Row, value: unknown, looking: Looking) => boolean

/** The filters of `offenders`, as the docstrings of OffenderFilter put them. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  establishment: (offender, value, looking) =>
    of('custody', offender, looking).some((row) => row['establishment_code'] === code(value)),
  organisation: (offender, value, looking) =>
    held(offender, looking).some((row) => row['organisation_code'] === code(value)),
  allocatedTo: (offender, value, looking) =>
    held(offender, looking).some((row) => row['unallocated'] === false && row['staff_code'] === code(value)),
  mappaLevel: (offender, value, looking) => level(offender, looking)?.['level'] === value,
  mappaLevelStatus: (offender, value, looking) => level(offender, looking)?.['level_status'] === value,
  mappaCategory: (offender, value, looking) => level(offender, looking)?.['category'] === value,
  mappaArea: (offender, value, looking) => isInArea(level(offender, looking), value, looking),
  mappaFinding: (offender, value, looking) => {
    const leading = level(offender, looking)
    return leading !== undefined && (FINDINGS[String(value)]?.(leading, looking) ?? false)
  },
  rosh: (offender, value, looking) => roshAssessed(text(offender['id']), looking) === value,
  name: ({ given_name: given, family_name: family }, value) => {
    const words = String(value).trim().toLowerCase().split(/\s+/)
    const [first = '', ...rest] = words
    const begins = (name: Row[string], start: string) =>
      typeof name === 'string' && name.toLowerCase().startsWith(start)
    return (
      begins(family, words.join(' ')) ||
      (rest.length > 0 && begins(given, first) && begins(family, rest.join(' ')))
    )
  },
}

const code = (value: unknown) => String(value).toUpperCase()

function of(table: string, offender: Row, { record, moment }: Looking): Row[] {
  return record.rows(table, moment.revision).filter((row) => row['offender_id'] === offender['id'])
}

function held(offender: Row, looking: Looking): Row[] {
  const { moment, record, rights } = looking
  const weighing = { moment, record, holder: offender, seesCategories: rights.seesCategories }
  return of('allocation', offender, looking).filter((row) => CONDITIONS['open']?.(row, weighing))
}

/** The level in force by the leading register. */
function level(offender: Row, looking: Looking): Row | undefined {
  return of('mappa_level', offender, looking)
    .filter((row) => isInForce(row, looking.moment.instant))
    .sort((a, b) => compare(a['lead'], b['lead']) || compare(b['stated_at'], a['stated_at']))[0]
}

/** By our own decision, which names an area; else by who registered it. */
function isInArea(leading: Row | undefined, area: unknown, { record, moment }: Looking): boolean {
  if (!leading) return false
  if (leading['area'] !== null) return leading['area'] === area
  return record
    .rows('mappa_area_agency')
    .some(
      (row) =>
        row['area'] === area &&
        row['agency'] === leading['organisation_code'] &&
        holdsAt(row, dayOf(moment.instant)),
    )
}

/** What is amiss with a level that leads (schema: MappaFinding). */
const FINDINGS: Readonly<Record<string, (leading: Row, looking: Looking) => boolean>> = {
  NO_CURRENT_ASSESSMENT: ({ decision_id: decision }, { record, moment }) => {
    const oldest = instantAfter(moment.instant, -7 * MAPPA_RULES.deadlines.assessmentCurrent.count)
    return (
      decision !== null &&
      !record
        .rows('decision_assessment', moment.revision)
        .some(
          (cited) =>
            cited['decision_id'] === decision &&
            cited['completed_at'] != null &&
            text(cited['completed_at']) > oldest,
        )
    )
  },
  REVIEW_OVERDUE: ({ next_review_on: day }, { moment }) => day != null && text(day) < dayOf(moment.instant),
  NOT_ACKNOWLEDGED: ({ decision_id: decision }, { record, moment }) =>
    record
      .rows('notice', moment.revision)
      .some((notice) => decision !== null && notice['decision_id'] === decision && isAwaited(notice)),
  NOT_COMMUNICATED: ({ decision_id: decision }, { record, moment }) =>
    decision !== null &&
    !record
      .rows('notice', moment.revision)
      .some((notice) => notice['decision_id'] === decision && notice['opened_at'] !== null),
  SYSTEMS_DISAGREE: (leading, { record, moment }) =>
    record
      .rows('mappa_level', moment.revision)
      .filter((other) => other['offender_id'] === leading['offender_id'] && isInForce(other, moment.instant))
      .some((other) => differs(other, leading)),
  TO_BE_CONFIRMED: (leading, looking) => {
    const release = releaseDate(leading, looking)
    const months = MAPPA_RULES.deadlines.levelConfirmed.count
    return (
      leading['level'] === null &&
      release !== null &&
      release < monthsAfter(dayOf(looking.moment.instant), months)
    )
  },
}

function differs(one: Row, other: Row): boolean {
  const isOther =
    one['category'] !== null && other['category'] !== null && one['category'] !== other['category']
  return one['level'] !== other['level'] || isOther
}

/** The day of release as suppliers state it: the earliest of the first kind that is stated. */
function releaseDate(leading: Row, { record, moment }: Looking): string | null {
  const dates = record
    .rows('key_date', moment.revision)
    .filter((row) => row['offender_id'] === leading['offender_id'])
  for (const types of MAPPA_RULES.releaseDates) {
    const stated = dates.filter(({ type }) => types.some((one) => one === type)).map(({ date }) => text(date))
    const [first] = stated.sort()
    if (first !== undefined) return first
  }
  return null
}

/** The same day so many months later, or that month's last. */
function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  const first = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
  return daysAfter(first, Math.min(date, last) - 1)
}
