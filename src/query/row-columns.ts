import { purposesOf, relationshipsOf } from '../access/ever'
import { limitedAccessSql } from '../access/limited-access'
import { acceptedSql, meetingVisibleSql } from '../access/meetings'
import { openGlassSql } from '../access/open-glass'
import { relationshipSql, type CallerSlots } from '../access/relationships'
import type { Role } from '../access/role'
import type { Catalogue } from '../catalogue/catalogue'
import { Binds } from '../domain/binds'
import { isMachineRole, MACHINE_ROLES } from '../domain/caller'
import { momentOf } from './as-of'
import { Columns, columnsRead } from './columns'
import { listColumns } from './compile-rows'
import { noCursors } from './cursor'
import { CONDITIONS } from './conditions'
import { filtersSql } from './filters'
import type { Scope } from './scope'

/**
 * The columns that decide which rows a role sees, read off the closed lists of predicates, conditions and
 * filters themselves: all of them are hand-written, and what they read they must be able to read.
 */
export function predicateColumns(role: Role, readsMeetings: boolean): Columns {
  const columns = new Columns()
  for (const caller of callersOf(role)) {
    const limited = limitedAccessSql('o', caller)
    const meeting = `${meetingVisibleSql('m', role.rows.relationship, caller)} and ${acceptedSql('m', caller)}`
    const related = relationshipsOf(role).map((name) => relationshipSql(name, 'o', caller))
    const glass = openGlassSql(role, caller) ?? ''
    for (const sql of [limited.barred, limited.notice, glass, ...related]) columns.addAll(columnsRead(sql))
    if (readsMeetings) columns.addAll(columnsRead(meeting, { m: 'mappa_meeting' }))
  }
  return columns
}

/** What a relation's named condition reads of its rows, which live in `table`, and of their `holder`. */
export function conditionColumns(
  catalogue: Catalogue,
  role: Role,
  name: string,
  { table, holder, live }: { table: string; holder: string | undefined; live: boolean },
): Columns {
  const columns = new Columns()
  for (const scope of scopesOf(catalogue, role)) {
    const suffix = scope.moment && !live ? '_ever' : ''
    const sql = CONDITIONS[name]?.('t', scope, 'h') ?? ''
    columns.addAll(columnsRead(sql, { t: `${table}${suffix}`, ...(holder && { h: `${holder}${suffix}` }) }))
  }
  return columns
}

/** What a filter of `offenders` reads. */
export function filterColumns(catalogue: Catalogue, role: Role, filter: string): Columns {
  const columns = new Columns()
  for (const scope of scopesOf(catalogue, role)) {
    const sql = filtersSql({ [filter]: 'any of two' }, 'o', scope)
    columns.addAll(columnsRead(sql, { o: scope.moment ? 'offender_ever' : 'offender' }))
  }
  return columns
}

/** What finds the rows of a list of rows, of which a role sees those of its cases. */
export function rowListColumns(root: string): Columns | undefined {
  return listColumns(root, { ...SLOTS, agency: '$1', staff: { code: '$1', system: '$1' } })
}

/** Nothing is run: that a value stands here is enough. */
const SLOTS: CallerSlots = { issuer: '$1', role: '$1', through: [], instant: '$1', today: '$1' }

/** With and without the claims on which it depends what a predicate reads. */
function callersOf(role: Role): CallerSlots[] {
  const system = { ...SLOTS, agency: '$1' }
  if (isMachineRole(role.name)) return [system]
  const person = {
    ...system,
    staff: { code: '$1', system: '$1' },
    subject: '$1',
    username: '$1',
    namespace: '$1',
    through: MACHINE_ROLES,
  }
  return [person, { ...person, mappaArea: '$1' }]
}

/** As of now and as of then, for each purpose. */
function scopesOf(catalogue: Catalogue, role: Role): Scope[] {
  return purposesOf(role).flatMap((purpose): Scope[] => {
    const plan = {
      role,
      purpose,
      rows: role.rows.relationship,
      mayJustify: false,
      glass: [],
      conditions: [],
      decisions: new Map(),
      decide: () => ({ show: 'yes' }) as const,
    }
    const now: Scope = {
      catalogue,
      plan,
      binds: new Binds(),
      caller: SLOTS,
      cursors: noCursors,
      name: 'r',
      nextAlias: () => 'other',
    }
    return [now, { ...now, moment: momentOf(now) }]
  })
}
