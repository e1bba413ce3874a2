import type { Given } from '../query/roots'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import { overseerOf, type Overseer } from './overseer'

interface OversightInput {
  readonly offender: unknown
  readonly kind: string
  readonly decision: string
  readonly rationale: string
  readonly assessment?: string | null
  readonly need?: string | null
  readonly supersedes?: string | null
}

/** Puts management oversight on record; null where the person is not there or may not be known of. */
export async function recordOversight(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as OversightInput
  const by = overseerOf(command)
  refuseBlank(input)
  return run(command, deps, async (tx, now): Promise<Done> => {
    const { id, unseen } = await findCase(tx, command, input.offender, command.plan.rows, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    return oversightDone(await insertEntry(tx, id, input, by, now), id, 'oversight_entry')
  })
}

export function oversightDone(entry: string, offender: string, table: string): Done {
  return {
    given: { values: {}, entities: { entry: { table: 'oversight_entry', id: entry } } },
    offenders: [offender],
    tables: [table],
  }
}

function refuseBlank({ decision, rationale }: OversightInput): void {
  if (decision.trim() === '') throw badInput('input.decision', 'Say what was decided: decision is blank.')
  if (rationale.trim() === '')
    throw badInput('input.rationale', 'Oversight needs its reasons: rationale is blank.')
}

async function insertEntry(
  tx: Transaction,
  offender: string,
  input: OversightInput,
  by: Overseer,
  at: Date,
): Promise<string> {
  await checkSuperseded(tx, offender, input)
  const assessment = await cited(tx, offender, input, 'assessment', 'a.tool, a.completed_at', 'assessment')
  const need = await cited(tx, offender, input, 'programme_need', 'a.programme', 'need')
  const [row] = await tx.query(
    `insert into record.oversight_entry (offender_id, kind, decision, rationale, assessment_id, assessment_tool,
       assessment_completed_at, need_id, need_programme, supersedes, decided_at, decided_by_issuer, decided_by_subject,
       decided_by_name, decided_by_role, decided_by_agency)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id`,
    [
      offender,
      input.kind,
      input.decision.trim(),
      input.rationale.trim(),
      assessment?.['id'],
      assessment?.['tool'],
      assessment?.['completed_at'],
      need?.['id'],
      need?.['programme'],
      input.supersedes ?? null,
      at.toISOString(),
      by.issuer,
      by.subject,
      by.name,
      by.role,
      by.agency,
    ],
  )
  return String(row?.['id'])
}

/** What the entry is about, as it stands now. */
async function cited(
  tx: Transaction,
  offender: string,
  input: OversightInput,
  table: 'assessment' | 'programme_need',
  columns: string,
  field: 'assessment' | 'need',
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const id = input[field]
  if (id === null || id === undefined) return undefined
  const [row] = await tx.query(
    `select a.id, ${columns} from record.${table} a where a.id::text = lower($1) and a.offender_id = $2`,
    [id, offender],
  )
  if (!row) throw badInput(`input.${field}`, `There is no such ${field} of this person.`, [offender])
  return row
}

async function checkSuperseded(
  tx: Transaction,
  offender: string,
  { supersedes }: OversightInput,
): Promise<void> {
  if (supersedes === null || supersedes === undefined) return
  const [row] = await tx.query(
    `select exists (select from record.oversight_entry c where c.supersedes = e.id) as corrected
     from record.oversight_entry e where e.id::text = lower($1) and e.offender_id = $2`,
    [supersedes, offender],
  )
  if (!row) throw badInput('input.supersedes', 'There is no such entry about this person.', [offender])
  if (row['corrected'] === true)
    throw badInput('input.supersedes', 'This entry was corrected already; correct its correction.', [
      offender,
    ])
}
