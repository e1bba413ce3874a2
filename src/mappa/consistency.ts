import { weigh, type AccessPlan } from '../access/plan-access'
import { callerSlots } from '../access/relationships'
import type { Catalogue } from '../catalogue/catalogue'
import type { Asked, Query, Row } from '../commands/asked'
import { Binds } from '../domain/binds'
import { MAPPA_RULES } from '../domain/mappa-rules'
import { Refusal } from '../domain/refusal'
import { publishable } from '../domain/small-numbers'
import { overallRoshSql } from '../query/conditions'
import { noCursors } from '../query/cursor'
import {
  FINDING_COLUMNS,
  findingSql,
  inAreaSql,
  leadingLevelSql,
  MAPPA_FINDINGS,
} from '../query/mappa-findings'
import type { Given } from '../query/roots'
import { visibleSql, type Scope } from '../query/scope'

/**
 * How levels are set in an area, or in the nation, against the whole, and what is amiss with them. Who sees cases gets
 * the exact numbers of those; analysts, who see none, the numbers of all, the small ones suppressed. The whole is told
 * to everybody as to an analyst. Throws FORBIDDEN.
 */
export async function giveConsistency(
  asked: Asked,
  catalogue: Catalogue,
  query: Query,
  now: Date,
): Promise<Given> {
  const { args, plan, context } = asked
  const seesCases = !readsTablesAlone(plan)
  const area = (args['area'] as string | null | undefined) ?? null
  const ask = (select: string) => {
    const binds = new Binds()
    const scope = scopeOf(catalogue, asked, binds, callerSlots(context.caller, now, binds))
    const { text, values } = binds.finish(`with ${casesSql(scope, area, seesCases)} ${select}`)
    return query(text, values)
  }
  const told = (count: unknown) => (seesCases ? Number(count) : publishable(Number(count)))
  const levels = await ask(LEVELS)
  const [findings = {}] = await ask(FINDINGS)
  return {
    values: {
      area,
      counted: seesCases ? 'CASES_YOU_SEE' : 'ALL_CASES',
      levels: levels.map((row) => levelCount(row, told)),
      findings: MAPPA_FINDINGS.map((finding) => ({ finding, cases: told(findings[finding.toLowerCase()]) })),
      rulesVersion: MAPPA_RULES.version,
    },
    discloses: true,
  }
}

/** Analysts see tables alone; whoever else asks must read, in full, what is counted. */
function readsTablesAlone({ role, purpose }: AccessPlan): boolean {
  if (role.name === 'ANALYST') return true
  const reads = (['MAPPA_LEVEL', 'MAPPA_DETAIL', 'ROSH_LEVEL'] as const).every(
    (group) => weigh(role.groups[group], 'FULL', purpose) === 'yes',
  )
  if (reads) return false
  throw new Refusal('FORBIDDEN', `${role.name} may not read what these numbers count.`)
}

function scopeOf(catalogue: Catalogue, { plan }: Asked, binds: Binds, caller: Scope['caller']): Scope {
  let aliases = 0
  return {
    catalogue,
    plan,
    binds,
    caller,
    cursors: noCursors,
    name: 'r0',
    nextAlias: () => `t${++aliases}`,
  }
}

/** Everybody under MAPPA, with whether they count for the one who asks. */
function casesSql(scope: Scope, area: string | null, seesCases: boolean): string {
  const inArea = area === null ? 'true' : inAreaSql('l', scope.binds.bind(area, 'text'), scope)
  const visible = seesCases ? visibleSql(scope, 'o.id') : 'true'
  const findings = MAPPA_FINDINGS.map(
    (finding) => `${findingSql(finding, 'l', scope)} as ${finding.toLowerCase()}`,
  )
  return `counted as materialized (
    select l.level, l.level_status, l.category, ${overallRoshSql('o.id', scope)} as rosh, ${inArea} and ${visible} as own,
      ${findings.join(',\n      ')}
    from record.offender o cross join lateral ${leadingLevelSql('o.id', 'l', [...FINDING_COLUMNS, 'level_status'], scope)} where o.joined_into is null
  )`
}

const LEVELS = `select c.level, c.level_status, c.category, c.rosh, count(*) filter (where c.own) as cases, count(*) as whole
  from counted c group by c.level, c.level_status, c.category, c.rosh
  order by c.level nulls first, c.level_status, c.category nulls last, c.rosh nulls last`

const FINDINGS = `select ${MAPPA_FINDINGS.map(
  (finding) => `count(*) filter (where c.own and c.${finding.toLowerCase()}) as ${finding.toLowerCase()}`,
).join(', ')} from counted c`

function levelCount(row: Row, told: (count: unknown) => number | null) {
  return {
    level: row['level'],
    levelStatus: row['level_status'],
    category: row['category'],
    rosh: row['rosh'],
    cases: told(row['cases']),
    whole: publishable(Number(row['whole'])),
  }
}
