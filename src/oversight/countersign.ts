import { Refusal } from '../domain/refusal'
import { run, type Command, type CommandDeps, type Done } from '../commands/command'
import { findCase } from '../commands/find-case'
import { asUuid, type Given } from '../query/roots'
import { overseerOf, type Overseer } from './overseer'
import { oversightDone } from './record-oversight'

/** A second manager signs an entry, once; null where there is none about a person whom they may know of. */
export async function countersignOversight(command: Command, deps: CommandDeps): Promise<Given | null> {
  const by = overseerOf(command)
  const entry = asUuid(command.args['entry'] as string, 'entry')
  const comment = (command.args['comment'] as string | null | undefined)?.trim()
  return run(command, deps, async (tx, now): Promise<Done> => {
    const [row] = await tx.query(
      `select e.offender_id, e.decided_by_issuer, e.decided_by_subject,
         exists (select from record.oversight_countersignature s where s.entry_id = e.id) as signed,
         exists (select from record.oversight_entry c where c.supersedes = e.id) as corrected
       from record.oversight_entry e where e.id = $1`,
      [entry],
    )
    if (!row) return { given: null, offenders: [], tables: [] }
    const { id, unseen } = await findCase(tx, command, { id: row['offender_id'] }, command.plan.rows, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    refuseUnfit(row, by, id)
    await tx.query(
      `insert into record.oversight_countersignature (entry_id, offender_id, comment, countersigned_at, countersigned_by_issuer,
         countersigned_by_subject, countersigned_by_name, countersigned_by_role, countersigned_by_agency)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [entry, id, comment || null, now.toISOString(), by.issuer, by.subject, by.name, by.role, by.agency],
    )
    return oversightDone(entry, id, 'oversight_countersignature')
  })
}

/** Two pairs of eyes, on what still stands, once. */
function refuseUnfit(row: Readonly<Record<string, unknown>>, by: Overseer, offender: string): void {
  const refuse = (code: 'FORBIDDEN' | 'CONFLICT', message: string) =>
    new Refusal(code, message, 'entry', undefined, [offender])
  if (row['decided_by_issuer'] === by.issuer && row['decided_by_subject'] === by.subject)
    throw refuse('FORBIDDEN', 'Nobody countersigns their own entry.')
  if (row['corrected'] === true)
    throw refuse('CONFLICT', 'This entry was corrected; countersign its correction.')
  if (row['signed'] === true) throw refuse('CONFLICT', 'This entry is countersigned already.')
}
