import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'
import { run, type Command, type CommandDeps, type Done } from '../commands/command'
import { findCase } from '../commands/find-case'

/** An addressee says that its agency has read the decision; a repeat changes nothing. */
export async function acknowledgeMappaLevel(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { caller, plan } = command
  const { person, agency } = caller
  if (!person || agency === undefined) {
    throw new Refusal('FORBIDDEN', 'A named person acknowledges on behalf of their agency.')
  }
  const decision = asUuid(command.args['decision'] as string, 'decision')
  return run(command, deps, async (tx, now): Promise<Done> => {
    const [row] = await tx.query(
      `select d.offender_id, exists (select from record.mappa_communication c where c.decision_id = d.id and c.agency = $2) as addressed
       from record.mappa_level_decision d where d.id = $1`,
      [decision, agency],
    )
    if (!row) return { given: null, offenders: [], tables: [] }
    const { id, unseen } = await findCase(tx, command, { id: row['offender_id'] }, plan.rows, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    if (row['addressed'] !== true)
      throw new Refusal('FORBIDDEN', 'This decision is not addressed to your agency.')
    await tx.query(
      `update record.mappa_communication set acknowledged_at = $3, acknowledged_by = $4
       where decision_id = $1 and agency = $2 and acknowledged_at is null`,
      [decision, agency, now.toISOString(), person.name ?? person.username],
    )
    return {
      given: { values: {}, entities: { decision: { table: 'mappa_level_decision', id: decision } } },
      offenders: [id],
      tables: ['mappa_communication'],
    }
  })
}
