import { PSEUDO_PRISONS } from '../domain/prison-codes'
import { Refusal } from '../domain/refusal'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import type { Given } from '../query/roots'

interface OfferingList {
  readonly establishment: string
  readonly observedAt?: string | null
  readonly version?: number | null
  readonly offerings: readonly Offering[]
}

interface Offering {
  readonly programme: string
  readonly audience?: string | null
  readonly intensity?: string | null
  readonly places?: number | null
  readonly offeredFrom?: string | null
  readonly offeredUntil?: string | null
  readonly withdrawnOn?: string | null
}

/** Replaces the list of what an establishment offers; one observed before the list that is held changes nothing. */
export async function pushOfferings(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as OfferingList
  const { caller } = command
  if (caller.role !== 'PRISON_SYSTEM')
    throw new Refusal('FORBIDDEN', `${caller.role} may not state what an establishment offers: prisons do.`)
  const establishment = establishmentOf(input)
  checkOfferings(input.offerings)
  return run(command, deps, async (tx, now): Promise<Done> => {
    await takeInEstablishment(tx, establishment)
    const isNewest = await keepList(tx, establishment, input, caller.client, now)
    if (isNewest) await replaceOfferings(tx, establishment, input.offerings)
    return {
      given: { values: { outcome: isNewest ? 'APPLIED' : 'LATE' } },
      offenders: [],
      tables: ['offering_list', 'offering'],
    }
  })
}

function establishmentOf({ establishment }: OfferingList): string {
  const code = establishment.trim().toUpperCase()
  if (!/^[A-Z]{3}$/.test(code) || PSEUDO_PRISONS.includes(code))
    throw badInput('input.establishment', 'An establishment is named by its NOMIS code: three letters.')
  return code
}

const OFFERINGS_MAX = 500

function checkOfferings(offerings: readonly Offering[]): void {
  if (offerings.length > OFFERINGS_MAX)
    throw badInput('input.offerings', `A list takes at most ${OFFERINGS_MAX} offerings.`)
  const seen = new Set<string>()
  offerings.forEach(({ programme, audience, offeredFrom, places }, i) => {
    if (programme.trim() === '')
      throw badInput(`input.offerings.${i}.programme`, 'An offering names its programme.')
    if (places != null && places < 0)
      throw badInput(`input.offerings.${i}.places`, 'places is 0 or more; left out while unknown.')
    const key = JSON.stringify([programme.trim(), audience ?? null, offeredFrom ?? null])
    if (seen.has(key)) throw badInput(`input.offerings.${i}`, 'This offering is on the list twice.')
    seen.add(key)
  })
}

async function takeInEstablishment(tx: Transaction, establishment: string): Promise<void> {
  await tx.query(
    `insert into record.organisation (code) select $1
     where not exists (select from record.organisation o where o.code = $1)`,
    [establishment],
  )
}

/** Whether this list comes after the one that is held: by the sender's number, then by time. */
async function keepList(
  tx: Transaction,
  establishment: string,
  { observedAt, version }: OfferingList,
  client: string,
  now: Date,
): Promise<boolean> {
  const stated = observedAt == null || Date.parse(observedAt) > now.getTime() ? now : new Date(observedAt)
  const place = [establishment, version ?? 0, stated.toISOString()]
  const [later] = await tx.query(
    `select from record.offering_list l where l.establishment_code = $1 and (l.stated_version, l.stated_at) > ($2::bigint, $3::timestamptz)`,
    place,
  )
  if (later) return false
  await tx.query(
    `merge into record.offering_list l using (values ($1, $2::bigint, $3::timestamptz, $4)) s(code, version, at, client)
     on l.establishment_code = s.code
     when matched then update set stated_version = s.version, stated_at = s.at, stated_by = s.client
     when not matched then insert (establishment_code, stated_version, stated_at, stated_by)
       values (s.code, s.version, s.at, s.client)`,
    [...place, client],
  )
  return true
}

const KEY = ['programme', 'audience', 'offered_from']
const REST = ['intensity', 'places', 'offered_until', 'withdrawn_on']

/** An offering that stays the same is not touched. */
async function replaceOfferings(
  tx: Transaction,
  establishment: string,
  offerings: readonly Offering[],
): Promise<void> {
  const rows = JSON.stringify(
    offerings.map((offering) => ({
      programme: offering.programme.trim(),
      audience: offering.audience,
      intensity: offering.intensity,
      places: offering.places,
      offered_from: offering.offeredFrom,
      offered_until: offering.offeredUntil,
      withdrawn_on: offering.withdrawnOn,
    })),
  )
  const stated = 'jsonb_populate_recordset(null::record.offering, $2::jsonb) s'
  const same = KEY.map((column) => `o.${column} is not distinct from s.${column}`).join(' and ')
  const of = (alias: string, columns: readonly string[]) =>
    columns.map((column) => `${alias}.${column}`).join(', ')
  await tx.query(
    `delete from record.offering o where o.establishment_code = $1 and not exists (select from ${stated} where ${same})`,
    [establishment, rows],
  )
  await tx.query(
    `merge into record.offering o using ${stated} on o.establishment_code = $1 and ${same}
     when matched and (${of('o', REST)}) is distinct from (${of('s', REST)})
       then update set ${REST.map((column) => `${column} = s.${column}`).join(', ')}
     when not matched then insert (establishment_code, ${[...KEY, ...REST].join(', ')})
       values ($1, ${of('s', [...KEY, ...REST])})`,
    [establishment, rows],
  )
}
