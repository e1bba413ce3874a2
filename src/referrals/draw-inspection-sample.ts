import { SETTINGS } from '../access/settings'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import { lastDay } from './last-day'

interface SampleInput {
  readonly inspection: string
  readonly offenders: readonly unknown[]
  readonly until: string
}

const CASES_MAX = 100

/** Opens cases to the inspector's inspectorate. The payload is the same whoever of them is on record. */
export async function drawInspectionSample(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as SampleInput
  const by = inspectorOf(command)
  const inspection = input.inspection.trim()
  if (inspection === '') throw badInput('input.inspection', 'Say which inspection: inspection is blank.')
  if (input.offenders.length < 1 || input.offenders.length > CASES_MAX)
    throw badInput('input.offenders', `A sample takes 1 to ${CASES_MAX} cases.`)
  const until = lastDay(input.until, deps.now(), SETTINGS.inspectionSampleDays)
  return run(command, deps, async (tx, now): Promise<Done> => {
    const [row] = await tx.query(
      `insert into record.inspection_sample (inspection, agency, drawn_at, until, justification, drawn_by_subject)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [inspection, by.agency, now.toISOString(), until, by.justification, by.subject],
    )
    const { drawn, unseen } = await findSample(tx, command, input.offenders, now)
    await tx.query(
      `insert into record.inspection_sample_case (sample_id, offender_id, position)
       select $1, c.id, c.position from unnest($2::uuid[]) with ordinality c(id, position)`,
      [row?.['id'], drawn],
    )
    return {
      given: { values: { inspection, until } },
      offenders: [...new Set([...drawn, ...unseen])],
      tables: ['inspection_sample', 'inspection_sample_case'],
    }
  })
}

function inspectorOf({ caller, justification }: Command) {
  const { person, agency } = caller
  if (!person || agency === undefined || caller.role !== 'INSPECTOR')
    throw new Refusal('FORBIDDEN', 'An inspector of a named inspectorate draws samples.')
  if (justification === undefined)
    throw new Refusal('JUSTIFICATION_REQUIRED', 'Say why these cases: send the justification header.')
  return { subject: person.subject, agency, justification }
}

/** Anybody on record may be drawn, save whom limited access keeps from the inspector. */
async function findSample(tx: Transaction, command: Command, references: readonly unknown[], now: Date) {
  const drawn = new Set<string>()
  const unseen: string[] = []
  for (const reference of references) {
    const found = await findCase(tx, command, reference, 'anyone', now)
    if (found.id !== undefined) drawn.add(found.id)
    unseen.push(...found.unseen)
  }
  return { drawn: [...drawn], unseen }
}
