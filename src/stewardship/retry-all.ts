import type { StewardshipDeps } from './deps'
import { tryAgain } from './try-again'

const CHUNK = 200

/** What was tried again, and how much of it is settled now. */
export interface Retried {
  readonly tried: number
  readonly settled: number
}

/**
 * Tries everything that is in quarantine again, or one format of it, as after an upgrade of its reader: an
 * operator's work, each chunk at a revision and with an entry of its own.
 */
export async function retryAll(deps: StewardshipDeps, format: string | undefined): Promise<Retried> {
  let last = 0
  let tried = 0
  let settled = 0
  for (;;) {
    const ids = await waiting(deps, format, last)
    const end = ids.at(-1)
    if (end === undefined) return { tried, settled }
    settled += await retryChunk(deps, ids)
    tried += ids.length
    last = end
  }
}

async function waiting(
  { query }: StewardshipDeps,
  format: string | undefined,
  after: number,
): Promise<number[]> {
  const rows = await query(
    `select q.received_id as id from record.quarantine q join record.received r on r.id = q.received_id
     where q.state = 'QUARANTINED' and q.received_id > $1 and ($2::text is null or r.format = $2)
     order by q.received_id limit ${CHUNK}`,
    [after, format ?? null],
  )
  return rows.map((row) => Number(row['id']))
}

async function retryChunk({ commands, read }: StewardshipDeps, ids: readonly number[]): Promise<number> {
  return commands.transact(async (tx, append) => {
    await tx.query(`select record.begin_revision(), record.act_as('throughcare', null, null)`)
    const { offenders, tables } = await tryAgain({ tx, read, now: commands.now() }, ids)
    const [left] = await tx.query(
      `select count(*) as count from record.quarantine q where q.received_id = any($1::bigint[]) and q.state = 'QUARANTINED'`,
      [ids],
    )
    const [ended] = await tx.query('select record.end_revision() as revision')
    const fields = [...new Set(tables.flatMap((table) => commands.fieldsOf(table)))]
    await append({
      kind: 'ALTERATION',
      outcome: 'DONE',
      at: commands.now(),
      viewer: undefined,
      operation: 'throughcare retry',
      parameters: { items: ids },
      revision: Number(ended?.['revision']),
      subjects: offenders.map((offender) => ({ offender, fields, withheld: [], owners: [] })),
    })
    return ids.length - Number(left?.['count'])
  })
}
