import type { Query } from '../commands/asked'
import { badInput, type Transaction } from '../commands/command'
import type { Caller } from '../domain/caller'
import { londonDate } from '../domain/london-date'
import type { Given } from '../query/roots'

/** Areas that the caller decides in: the one in the token, else all that their agency covers on that day. */
export async function ownAreas(tx: Transaction, caller: Caller, now: Date): Promise<string[]> {
  if (caller.mappaArea !== undefined) return [caller.mappaArea]
  const rows = await tx.query(
    `select m.area from record.mappa_area_agency m where m.agency = $1
     and (m.since is null or m.since <= $2) and (m.until is null or m.until > $2) order by m.area`,
    [caller.agency ?? '', londonDate(now)],
  )
  return rows.map((row) => String(row['area']))
}

/** Refuses a code that is no MAPPA area on that day. */
export async function refuseUnknownArea(
  tx: Transaction,
  area: string,
  field: string,
  now: Date,
): Promise<void> {
  const rows = await tx.query(
    `select from record.mappa_area a where a.code = $1
     and (a.since is null or a.since <= $2) and (a.until is null or a.until > $2)`,
    [area, londonDate(now)],
  )
  if (rows.length === 0) throw badInput(field, 'This is no code of a MAPPA area, e.g. `WEST_YORKSHIRE`.')
}

/** Every area that there is or was, in order of code. */
export async function giveAreas(query: Query): Promise<Given> {
  const rows = await query(
    `select a.code, a.name, a.since::text as since, a.until::text as until,
       coalesce((select jsonb_agg(jsonb_build_object('agency', m.agency, 'authority', record.authority_of(m.agency),
           'since', m.since, 'until', m.until) order by m.agency)
         from record.mappa_area_agency m where m.area = a.code), '[]') as agencies
     from record.mappa_area a order by a.code`,
    [],
  )
  return { values: { mappaAreas: rows } }
}
