import { Refusal } from '../domain/refusal'
import { personThen } from './asked'
import { changeFieldsSql, readsFormerIds } from './change-fields'
import type { RowItems } from './compile-connection'
import { asOfSql } from './conditions'
import { cursorSql, placeSql, readPage } from './cursor'
import { ownersSql } from './owners'
import { conditionsSql, type Row, type Scope } from './scope'

/** How many changes one page looks through, so that whoever may see few of them gets on all the same. */
const LOOKED_THROUGH_MAX = 10_000

/** All changes have one order, so that a reader goes on in the feed from an offender's. */
const CHANGES = 'changes'

/** A stretch of the log of changes, in one direction from a cursor on. */
export interface Stretch {
  readonly first: number
  /** The cursor that it begins after, as SQL; undefined: it begins at the end of the log. */
  readonly after: readonly [string, string] | undefined
  readonly newestFirst: boolean
  /** Of a change `c`: whether it belongs to the stretch. */
  readonly whose: string
  /** Of a change `c`: whether the caller may know of it. */
  readonly visible: string
}

/** The page that is asked for, its cursor bound. */
export function askedStretch(
  { binds, cursors }: Scope,
  args: Readonly<Record<string, unknown>>,
): Pick<Stretch, 'first' | 'after'> {
  const { first, after } = readPage(args, 2, cursors(CHANGES))
  if (after === undefined) return { first, after }
  const [revision, ordinal] = after
  if (!isCount(revision, Number.MAX_SAFE_INTEGER) || !isCount(ordinal, 2 ** 31 - 1)) {
    throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of changes.', 'after')
  }
  return { first, after: [binds.bind(revision, 'bigint'), binds.bind(ordinal, 'integer')] }
}

function isCount(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max
}

/** The changes of one offender; as of then, those that had been recorded of it by then. */
export function changesOfOffender(scope: Scope, args: Readonly<Record<string, unknown>>, row: Row): Stretch {
  const offender = `${row.shown ?? row.alias}.id`
  return {
    ...askedStretch(scope, args),
    newestFirst: true,
    whose: scope.moment ? thenOf(scope, offender, scope.moment.revision) : `c.offender_id = ${offender}`,
    visible: 'true',
  }
}

function thenOf(scope: Scope, offender: string, revision: string): string {
  return `c.revision <= ${revision} and c.offender_id in (${ownersSql(scope, offender)})
      and case when c.source_record_id is null then ${personThen(scope, 'c.made_about')} = ${offender}
        else exists (select from record.source_record_ever cr where cr.id = c.source_record_id
          and cr.offender_id = ${offender}${asOfSql('cr', scope)}) end`
}

/** Those of which the caller may read something, one more than asked for. */
export function changesSql(scope: Scope, stretch: Stretch): string {
  const { first, visible } = stretch
  const always = readsFormerIds(scope) ? ` or c.kind = 'SEPARATED'` : ''
  return `  select c.revision, c.ordinal, c.kind, c.offender_id, c.source_record_id as stated_by, c.fact, c.hash, d.item,
    case when d.sourced then c.source_record_id end as source_record_id,
    coalesce(d.fields, '[]') as fields, ${conditionsSql(scope, 'c.offender_id')} as conditions
  from (${lookedThroughSql(stretch, 'c.*')}) c
  cross join lateral (
    ${changeFieldsSql(scope)}
  ) d
  where ${visible} and (d.fields is not null${always})
  order by ${orderOf('c', stretch)}
  limit ${first + 1}`
}

/** Rows that become objects of type `Change`, out of those found. */
export function changeRows(
  scope: Scope,
  stretch: Stretch,
  found: string,
  alias: string,
): Omit<RowItems, 'item'> {
  return {
    from: `(${toldSql(scope, found)}) ${alias}`,
    order: ` order by ${orderOf(alias, stretch)}`,
    list: CHANGES,
    columns: [`${alias}.revision`, `${alias}.ordinal`],
    isLater: stretch.after !== undefined,
    beyond: { end: endSql(stretch), hasMore: hasMoreSql(stretch) },
  }
}

/** With when and by whom it was recorded, and when a late statement was made; `offset 0`: each is worked out once. */
function toldSql(scope: Scope, found: string): string {
  return `select f.*, v.at, v.at as recorded_at, v.client, v.agency, v.subject,
      ${cursorSql(CHANGES, placeSql(['f.revision', 'f.ordinal']), scope)} as cursor,
      case when f.kind = 'LATE' then (select s.at from record.statement s
        where s.source_record_id = f.stated_by and s.facts ->> f.fact = f.hash
        order by s.revision, s.at limit 1) end as stated_at
    from ${found} f join record.revision v on v.revision = f.revision offset 0`
}

function lookedThroughSql(stretch: Stretch, columns: string): string {
  return `select ${columns} from record.change c where ${beginsAfter(stretch)}
    order by ${orderOf('c', stretch)} limit ${LOOKED_THROUGH_MAX}`
}

function beginsAfter({ whose, after, newestFirst }: Stretch): string {
  return after
    ? `${whose} and (c.revision, c.ordinal) ${newestFirst ? '<' : '>'} (${after.join(', ')})`
    : whose
}

function orderOf(alias: string, { newestFirst }: Stretch, reversed = false): string {
  const direction = newestFirst === reversed ? '' : ' desc'
  return `${alias}.revision${direction}, ${alias}.ordinal${direction}`
}

/** The place of the last change that was looked at, shown or not; of none, the one that was given. */
function endSql(stretch: Stretch): string {
  const last = `(select ${placeSql(['e.revision', 'e.ordinal'])} from (${lookedThroughSql(stretch, 'c.revision, c.ordinal')}) e
    order by ${orderOf('e', stretch, true)} limit 1)`
  return stretch.after ? `coalesce(${last}, ${placeSql(stretch.after)})` : last
}

function hasMoreSql(stretch: Stretch): string {
  return `exists (select from record.change c where ${beginsAfter(stretch)}
    order by ${orderOf('c', stretch)} offset ${LOOKED_THROUGH_MAX})`
}
