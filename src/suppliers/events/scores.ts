import type { AssessmentFact, PredictorFact, RecordStatement } from '../../updates/update'
import { stated, text, type Notes } from '../reading'
import type { DomainEvent, EventReading } from './event'

/** Where an event has a tool's score and band. */
interface Score {
  readonly name: string
  readonly score: string
  readonly band?: string
}

const RSR: readonly Score[] = [
  { name: 'RSR', score: 'RSRScore', band: 'RSRBand' },
  { name: 'OSP/C', score: 'OSPContactScore', band: 'OSPContactBand' },
  { name: 'OSP/I', score: 'OSPIndecentScore', band: 'OSPIndecentBand' },
  { name: 'OSP/DC', score: 'OSPDirectContactScore', band: 'OSPDirectContactBand' },
  { name: 'OSP/IIC', score: 'OSPIndirectIndecentScore', band: 'OSPIndirectIndecentBand' },
]

/** The two-year score; its band is not told. */
const OGRS: readonly Score[] = [{ name: 'OGRS3', score: 'OGRS3Yr2' }]

/** The generation of tools that these names belong to, as the published scores number it. */
const GENERATION = '1'

/**
 * Reads scores that were determined for an event of the case. They are a record of their own, by case, event
 * number, day and tools: they show in the history with their version and day, and never replace what an
 * assessment says, whose number the event does not tell. Scores and bands (`L`, `NA`) are kept as received.
 */
export function readRsrScores(event: DomainEvent, notes: Notes): EventReading {
  return scoresFrom(event, 'RSR', RSR, notes)
}

/** As `readRsrScores`. */
export function readOgrsScores(event: DomainEvent, notes: Notes): EventReading {
  return scoresFrom(event, 'OGRS3', OGRS, notes)
}

function scoresFrom(event: DomainEvent, tools: string, scores: readonly Score[], notes: Notes): EventReading {
  const { information, occurredAt } = event
  const at = notes.instant(information['AssessmentDate'], 'AssessmentDate') ?? occurredAt
  const predictors = scores.flatMap((each) => predictorFrom(each, event, notes))
  if (at === undefined || predictors.length === 0) {
    return { records: [], needs: 'the scores, from OASys' }
  }
  notePassedOver(event, scores, notes)
  const number = text.safeParse(information['EventNumber']).data ?? 'none'
  const record: RecordStatement = {
    system: 'OASYS',
    localId: ['scores', event.subject().key, number, at, tools].join(':'),
    eventAt: occurredAt ?? at,
    facts: {
      assessment: stated<AssessmentFact>({
        tool: 'UNKNOWN',
        rawType: event.type,
        status: 'UNKNOWN',
        completedAt: at,
      }),
      predictors,
    },
  }
  return { records: [record] }
}

function predictorFrom(
  { name, score, band }: Score,
  { information }: DomainEvent,
  notes: Notes,
): PredictorFact[] {
  const value = numberIn(information[score], score, notes)
  const word = band === undefined ? undefined : text.safeParse(information[band]).data
  if (value === undefined && word === undefined) return []
  return [stated<PredictorFact>({ name, version: GENERATION, score: value, band: word })]
}

function numberIn(value: unknown, path: string, notes: Notes): number | undefined {
  const said = text.safeParse(value).data
  if (said === undefined) return undefined
  const number = Number(said)
  if (Number.isFinite(number)) return number
  notes.add('UNREADABLE_SCORE', `${path} is no number and is left out`)
  return undefined
}

/** What an event of scores carries beside them. */
const BESIDE = ['EventNumber', 'AssessmentDate']

function notePassedOver({ information }: DomainEvent, scores: readonly Score[], notes: Notes): void {
  const read = [...BESIDE, ...scores.flatMap(({ score, band }) => [score, band])]
  const left = Object.keys(information).filter((name) => !read.includes(name) && information[name] !== null)
  if (left.length > 0) notes.add('PARTLY_READ', `Not held here, and left out: ${left.sort().join(', ')}`)
}
