import { run, type Command, type CommandDeps, type Done } from '../commands/command'
import { asUuid, type Given } from '../query/roots'
import { grantOf } from './break-glass'

/** Closes an own grant before its time; null where there is none of one's own. One that is over stays as it was. */
export async function endBreakGlass(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { issuer, person } = command.caller
  const grant = asUuid(command.args['grant'] as string, 'grant')
  return run(command, deps, async (tx, now): Promise<Done> => {
    await tx.query(
      `update record.break_glass b set until = $4, ended_at = $4
       where b.id = $1 and b.issuer = $2 and b.subject = $3 and b.until > $4`,
      [grant, issuer, person?.subject ?? null, now.toISOString()],
    )
    const [row] = await tx.query(
      'select b.* from record.break_glass b where b.id = $1 and b.issuer = $2 and b.subject = $3',
      [grant, issuer, person?.subject ?? null],
    )
    if (!row) return { given: null, offenders: [], tables: [] }
    return {
      given: { values: { grant: grantOf(row) } },
      offenders: [String(row['offender_id'])],
      tables: [],
      beside: { brokenGlass: grant },
    }
  })
}
