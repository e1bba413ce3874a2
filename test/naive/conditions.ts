import { isInForce } from './relationships'
import { compare, dayOf, text, type Moment, type NaiveRecord, type Row } from './record'

/** What a named condition may look at. */
export interface Weighing {
  readonly record: NaiveRecord
  readonly moment: Moment
  /** The row that this one hangs on. */
  readonly holder: Row
  /** Whether the reader sees categories of MAPPA: else a difference of categories must not show. */
  readonly seesCategories: boolean
}

type Condition = (row: Row, weighing: Weighing) => boolean

/** The conditions that the schema names, as its docstrings and docs/mappa.md put them. */
export const CONDITIONS: Readonly<Record<string, Condition>> = {
  active: ({ active }) => active === true,
  ended: ({ active }) => active === false,
  ofSameOffender: (row, { holder }) => row['offender_id'] === holder['offender_id'],
  own: ({ qualifier }) => qualifier !== 'SEPARATED',
  // Who is to take a case over is listed from the day on which that is known.
  open: ({ until }, { moment }) => until == null || text(until) > dayOf(moment.instant),
  standing: ({ withdrawn_at: at }) => at === null,
  withdrawn: ({ withdrawn_at: at }) => at !== null,
  outstanding: ({ done_at: at }) => at === null,
  addressed: ({ agency }) => agency !== null,
  notAddressed: ({ agency }) => agency === null,
  answered: ({ answer }) => answer !== null,
  overdue: (row, { moment }) => isAwaited(row) && isPast(row['due_at'], moment.instant),
  escalated: (row, { moment }) => isAwaited(row) && isPast(row['escalates_at'], moment.instant),
  communicated: ({ id }, { record, moment }) =>
    record
      .rows('notice', moment.revision)
      .some((one) => one['decision_id'] === id && one['opened_at'] !== null),
  reviewOverdue: ({ next_review_on: day }, { moment }) => day != null && text(day) < dayOf(moment.instant),
  stepOverdue: ({ due_on: day }, { moment }) => day != null && text(day) < dayOf(moment.instant),
  inForce: (row, { moment }) => isInForce(row, moment.instant),
  otherThanAssessed: (row, weighing) => {
    const register = row['register_type']
    const registered = typeof register === 'string' ? ROSH_REGISTERS[register] : undefined
    const assessed = roshAssessed(text(row['offender_id']), weighing)
    return registered !== undefined && assessed !== null && registered !== assessed
  },
  disagreeing: (row, { record, moment, seesCategories }) =>
    record
      .rows('mappa_level', moment.revision)
      .filter((other) => other['offender_id'] === row['offender_id'] && isInForce(other, moment.instant))
      .some(
        (other) =>
          other['level'] !== row['level'] ||
          // An unknown category agrees with any; a level to be confirmed is a position of its own (decision 3).
          (seesCategories &&
            other['category'] !== null &&
            row['category'] !== null &&
            other['category'] !== row['category']),
      ),
}

const ROSH_REGISTERS: Readonly<Record<string, string>> = {
  RLRH: 'LOW',
  RMRH: 'MEDIUM',
  RHRH: 'HIGH',
  RVHR: 'VERY_HIGH',
}

/** Somebody of the agency has still to acknowledge it, or to answer where it asks for an answer. */
export function isAwaited(notice: Row): boolean {
  if (notice['agency'] === null || notice['lapsed_at'] !== null) return false
  return notice['answer_wanted'] === true ? notice['answer'] === null : notice['acknowledged_at'] === null
}

export function isPast(time: Row[string], instant: string): boolean {
  return time != null && text(time) <= instant
}

/** The level of harm by the assessment that stands first, as `Risk.latest` has it, of those that state one. */
export function roshAssessed(
  offender: string,
  { record, moment }: Pick<Weighing, 'record' | 'moment'>,
): string | null {
  const stated = record
    .rows('assessment', moment.revision)
    .filter((assessment) => assessment['offender_id'] === offender)
    .flatMap((assessment) =>
      record
        .rows('rosh', moment.revision)
        .filter(
          (rosh) => rosh['source_record_id'] === assessment['source_record_id'] && rosh['overall'] !== null,
        )
        .map((rosh) => ({ assessment, overall: text(rosh['overall']) })),
    )
    .sort(
      ({ assessment: a }, { assessment: b }) =>
        compare(b['standing'], a['standing']) ||
        compare(a['specialist'], b['specialist']) ||
        compare(b['assessed_at'], a['assessed_at']) ||
        compare(b['id'], a['id']),
    )
  return stated[0]?.overall ?? null
}
