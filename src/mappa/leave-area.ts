import { londonDate } from '../domain/london-date'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import { badInput, type Command, type CommandDeps } from '../commands/command'
import { ownAreas, refuseUnknownArea } from './areas'
import { coordinatorsOnly, decideOn, standingLevel, type DecisionInput, type Standing } from './decide'
import { checkDecision, type LevelDecision } from './level-decision'

interface ExitInput extends DecisionInput {
  readonly effectiveOn: string
  readonly forum: string
  readonly rationale: string
  readonly dissent?: string | null
}

/** Ends the management of a person under MAPPA. Throws FORBIDDEN, BAD_USER_INPUT, STALE_REVISION, CONFLICT. */
export async function exitMappa(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { effectiveOn, forum, rationale, dissent, ...input } = command.args['input'] as ExitInput
  const relationship = coordinatorsOnly(command)
  return decideOn(command, deps, input, relationship, async (standing) => {
    const { category, leadAgency, area } = await inMappa(standing)
    const decision: LevelDecision = {
      kind: 'EXIT',
      category,
      level: null,
      levelStatus: null,
      effectiveOn,
      nextReviewOn: null,
      forum,
      rationale,
      dissent: dissent ?? null,
      assessments: [],
      area,
      leadAgency,
    }
    checkDecision(decision, londonDate(standing.now))
    return decision
  })
}

interface TransferInput extends DecisionInput {
  readonly toArea: string
  readonly effectiveOn: string
  readonly nextReviewOn: string
  readonly rationale: string
  readonly leadAgency?: string | null
}

/** Moves a case to another area at the level that it has. Throws as `exitMappa`. */
export async function transferMappaArea(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { toArea, effectiveOn, nextReviewOn, rationale, leadAgency, ...input } = command.args[
    'input'
  ] as TransferInput
  const relationship = coordinatorsOnly(command)
  return decideOn(command, deps, input, relationship, async (standing) => {
    await refuseUnknownArea(standing.tx, toArea, 'input.toArea', standing.now)
    const stands = await inMappa(standing)
    const fromArea = await areaLeft(standing, command, stands.area)
    if (fromArea === toArea) throw badInput('input.toArea', 'The case is in this area already.')
    const decision: LevelDecision = {
      kind: 'TRANSFER',
      category: stands.category,
      level: stands.level,
      levelStatus: stands.levelStatus,
      effectiveOn,
      nextReviewOn,
      forum: null,
      rationale,
      assessments: [],
      area: toArea,
      fromArea,
      leadAgency: leadAgency ?? stands.leadAgency,
    }
    checkDecision(decision, londonDate(standing.now))
    return decision
  })
}

/** What stands, of a person who is under MAPPA in a category that is known; anybody else has nothing to leave. */
async function inMappa(standing: Standing) {
  const { isInMappa, category, level, levelStatus, leadAgency, area } = await standingLevel(standing)
  const refuse = (message: string) =>
    new Refusal('CONFLICT', message, 'input.offender', undefined, [standing.offender])
  if (!isInMappa) throw refuse('This person is not under MAPPA.')
  if (category === null) throw refuse('The category is to be determined: record a level decision first.')
  return { category, level, levelStatus: levelStatus ?? 'TBC', leadAgency, area }
}

/** Only an area that has the case gives it away. */
async function areaLeft(
  { tx, now, offender }: Standing,
  { caller }: Command,
  area: string | null,
): Promise<string | null> {
  const own = await ownAreas(tx, caller, now)
  if (area === null) return own.length === 1 ? (own[0] ?? null) : null
  if (own.includes(area)) return area
  throw new Refusal(
    'FORBIDDEN',
    'A case is moved by a coordinator of the area that has it.',
    'input.offender',
    undefined,
    [offender],
  )
}
