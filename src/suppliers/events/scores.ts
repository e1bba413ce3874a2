import type { AssessmentFact, PredictorFact, RecordStatement } from '../../updates/update'
import { stated, text, type Notes } from '../reading'
import type { DomainEvent, EventReading } from './event'

/** Where an event has the score of a tool, its band and what else it says of it. */
interface Score {
  readonly name: string
  /** The generation of tools, as the published scores number it. */
  readonly version: '1' | '2'
  readonly numbers: Readonly<Partial<Record<'score' | 'oneYear' | 'twoYears', string>>>
  readonly words: Readonly<Partial<Record<'band' | 'staticOrDynamic' | 'algorithmVersion', string>>>
  readonly staticOrDynamic?: 'STATIC' | 'DYNAMIC'
}

function osp(name: string, prefix: string): Score {
  return { name, version: '1', numbers: { score: `${prefix}Score` }, words: { band: `${prefix}Band` } }
}

function snsv(staticOrDynamic: 'STATIC' | 'DYNAMIC', prefix: string): Score {
  const [numbers, words] = [{ twoYears: prefix }, { band: `${prefix}Band` }]
  return { name: 'SNSV', version: '2', numbers, words, staticOrDynamic }
}

const RSR: readonly Score[] = [
  {
    name: 'RSR',
    version: '1',
    numbers: { score: 'RSRScore' },
    words: {
      band: 'RSRBand',
      staticOrDynamic: 'RSRStaticOrDynamic',
      algorithmVersion: 'RSRAlgorithmVersion',
    },
  },
  osp('OSP/C', 'OSPContact'),
  osp('OSP/I', 'OSPIndecent'),
  osp('OSP/DC', 'OSPDirectContact'),
  osp('OSP/IIC', 'OSPIndirectIndecent'),
  snsv('STATIC', 'SNSVStaticYr2'),
  snsv('DYNAMIC', 'SNSVDynamicYr2'),
]

/** Its band is not told. */
const OGRS: readonly Score[] = [
  { name: 'OGRS3', version: '1', numbers: { oneYear: 'OGRS3Yr1', twoYears: 'OGRS3Yr2' }, words: {} },
]

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
        scoresOnly: true,
      }),
      predictors: predictors.map((each) => ({ ...each, completedAt: at })),
    },
  }
  return { records: [record] }
}

function predictorFrom(
  { name, version, numbers, words, staticOrDynamic }: Score,
  { information }: DomainEvent,
  notes: Notes,
): PredictorFact[] {
  const scored = mapped(numbers, (field) => numberIn(information[field], field, notes))
  const said = mapped(words, (field) => text.safeParse(information[field]).data)
  if (Object.keys(scored).length === 0 && said.band === undefined) return []
  const score = scored.score ?? scored.twoYears
  return [stated<PredictorFact>({ name, version, ...scored, score, staticOrDynamic, ...said })]
}

/** What the fields hold, by what they are for; those that hold nothing are left out. */
function mapped<Key extends string, Value>(
  fields: Readonly<Partial<Record<Key, string>>>,
  read: (field: string) => Value | undefined,
): Partial<Record<Key, Value>> {
  const found = (Object.entries(fields) as [Key, string][]).map(([key, field]) => [key, read(field)] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Partial<Record<Key, Value>>
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
  const read = [
    ...BESIDE,
    ...scores.flatMap(({ numbers, words }) => [...Object.values(numbers), ...Object.values(words)]),
  ]
  const left = Object.keys(information).filter((name) => !read.includes(name) && information[name] !== null)
  if (left.length > 0) notes.add('PARTLY_READ', `Not held here, and left out: ${left.sort().join(', ')}`)
}
