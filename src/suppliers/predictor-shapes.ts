/** Where a document has the score of one tool. Of several places the first that says something counts. */
export interface PredictorShape {
  readonly name: string
  /** The generation of tools that these names belong to: 1 of OGRS3, 2 of OGRS4. */
  readonly generation: '1' | '2'
  /** The block they are in; '' for the document itself. */
  readonly block: string
  readonly numbers: Places<NumberColumn>
  readonly words: Places<WordColumn>
  readonly staticOrDynamic?: 'STATIC' | 'DYNAMIC'
  /** `N` there: the tool could not be calculated, whatever its other fields hold. */
  readonly calculated?: string
}

export type Places<Column extends string> = Partial<Readonly<Record<Column, readonly string[]>>>
export type NumberColumn =
  'score' | 'oneYear' | 'twoYears' | 'staticWeightedScore' | 'dynamicWeightedScore' | 'totalWeightedScore'
export type WordColumn = 'band' | 'staticOrDynamic' | 'algorithmVersion' | 'calculatedBy'

type Numbers = PredictorShape['numbers']
type Words = PredictorShape['words']

/** ARNS and the services that pass it on; copies for outside readers name the blocks without `Score`. */
function arns(name: string, block: string, numbers: Numbers, words: Words): PredictorShape[] {
  const score = { score: ['score'], ...numbers }
  return [block, outside(block)].map((each) => ({
    name,
    generation: '1',
    block: each,
    numbers: score,
    words,
  }))
}

function outside(block: string): string {
  return block.replace(/Score$/, '')
}

function weighted(prefix: string): Numbers {
  return {
    staticWeightedScore: [`${prefix}StaticWeightedScore`],
    dynamicWeightedScore: [`${prefix}DynamicWeightedScore`],
    totalWeightedScore: [`${prefix}TotalWeightedScore`],
  }
}

function arnsOsp(name: string, kind: string): PredictorShape[] {
  const plain = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}`
  return arns(
    name,
    'sexualPredictorScore',
    { score: [`osp${kind}PercentageScore`, `${plain}Score`] },
    { band: [`osp${kind}ScoreLevel`, `osp${kind}PercentageScoreLevel`, `${plain}ScoreLevel`] },
  )
}

const ARNS: readonly PredictorShape[] = [
  ...arns(
    'OGRS3',
    'groupReconvictionScore',
    { oneYear: ['oneYear'], twoYears: ['twoYears'] },
    { band: ['scoreLevel'] },
  ),
  ...arns(
    'OVP',
    'violencePredictorScore',
    { oneYear: ['oneYear'], twoYears: ['twoYears'], ...weighted('ovp') },
    { band: ['ovpRisk', 'scoreLevel'] },
  ),
  ...arns(
    'OGP',
    'generalPredictorScore',
    { oneYear: ['ogp1Year', 'oneYear'], twoYears: ['ogp2Year', 'twoYears'], ...weighted('ogp') },
    { band: ['ogpRisk', 'scoreLevel'] },
  ),
  ...arns(
    'RSR',
    'riskOfSeriousRecidivismScore',
    { score: ['percentageScore', 'score'] },
    {
      band: ['scoreLevel'],
      staticOrDynamic: ['staticOrDynamic'],
      algorithmVersion: ['algorithmVersion'],
      calculatedBy: ['source'],
    },
  ),
  ...arnsOsp('OSP/C', 'Contact'),
  ...arnsOsp('OSP/I', 'Indecent'),
  ...arnsOsp('OSP/DC', 'DirectContact'),
  ...arnsOsp('OSP/IIC', 'IndirectImage'),
]

export const OUTSIDE_BLOCKS: readonly string[] = ARNS.map(({ block }) => block).filter(
  (block) => outside(block) === block,
)

/** The history of RSR: all scores of one date side by side. */
const HISTORY: readonly PredictorShape[] = (
  [
    ['RSR', 'rsr'],
    ['OSP/C', 'ospc'],
    ['OSP/I', 'ospi'],
    ['OSP/DC', 'ospdc'],
    ['OSP/IIC', 'ospiic'],
  ] as const
).map(([name, prefix]) => ({
  name,
  generation: '1',
  block: '',
  numbers: { score: [`${prefix}PercentageScore`] },
  words: {
    band: [`${prefix}ScoreLevel`],
    staticOrDynamic: [`${prefix}StaticOrDynamic`],
    algorithmVersion: [`${prefix}AlgorithmVersion`],
  },
}))

function oasys(name: string, block: string, numbers: Numbers, words: Words): PredictorShape {
  return { name, generation: '1', block, numbers, words }
}

function oasysYears(name: 'OGP' | 'OVP'): PredictorShape {
  const prefix = name.toLowerCase()
  const numbers = {
    oneYear: [`${prefix}1Year`],
    twoYears: [`${prefix}2Year`],
    staticWeightedScore: [`${prefix}StWesc`],
    dynamicWeightedScore: [`${prefix}DyWesc`],
    totalWeightedScore: [`${prefix}TotWesc`],
  }
  return oasys(name, name, numbers, { band: [`${prefix}Risk`] })
}

function oasysOsp(name: string, kind: string): PredictorShape {
  return oasys(name, 'OSP', { score: [`osp${kind}PercentageScore`] }, { band: [`osp${kind}ScoreLevel`] })
}

const OASYS: readonly PredictorShape[] = [
  oasys('OGRS3', 'OGRS', { oneYear: ['ogrs31Year'], twoYears: ['ogrs32Year'] }, { band: ['ogrs3RiskRecon'] }),
  oasysYears('OVP'),
  oasysYears('OGP'),
  oasys(
    'RSR',
    'RSR',
    { score: ['rsrPercentageScore'] },
    {
      band: ['scoreLevel'],
      staticOrDynamic: ['rsrStaticOrDynamic'],
      algorithmVersion: ['rsrAlgorithmVersion'],
    },
  ),
  oasysOsp('OSP/C', 'Contact'),
  oasysOsp('OSP/I', 'Image'),
  oasysOsp('OSP/DC', 'DirectContact'),
  oasysOsp('OSP/IIC', 'IndirectImagesChildren'),
]

/** OGRS4 as ARNS publishes it. */
const OGRS4: readonly PredictorShape[] = [
  'allReoffendingPredictor',
  'violentReoffendingPredictor',
  'seriousViolentReoffendingPredictor',
  'directContactSexualReoffendingPredictor',
  'indirectImageContactSexualReoffendingPredictor',
  'combinedSeriousReoffendingPredictor',
].map((name) => ({
  name,
  generation: '2',
  block: name,
  numbers: { score: ['score'] },
  words: {
    band: ['band'],
    staticOrDynamic: ['staticOrDynamic'],
    algorithmVersion: ['algorithmVersion'],
  },
}))

/** OGRS4 as OASys has it, under the names of its tools. */
const NEW_ACTUARIAL: readonly PredictorShape[] = (
  [
    ['OGRS4/G', 'ogrs4g', 'STATIC'],
    ['OGRS4/V', 'ogrs4v', 'STATIC'],
    ['OGP2', 'ogp2', 'DYNAMIC'],
    ['OVP2', 'ovp2', 'DYNAMIC'],
    ['SNSV', 'snsvStatic', 'STATIC'],
    ['SNSV', 'snsvDynamic', 'DYNAMIC'],
  ] as const
).map(([name, prefix, staticOrDynamic]) => ({
  name,
  generation: '2',
  block: 'newActuarialPredictors',
  numbers: { twoYears: [`${prefix}Yr2`] },
  words: { band: [`${prefix}Band`, `${prefix}Yr2Band`] },
  staticOrDynamic,
  calculated: `${prefix}Calculated`,
}))

export const PREDICTOR_SHAPES: readonly PredictorShape[] = [
  ...ARNS,
  ...HISTORY,
  ...OASYS,
  ...OGRS4,
  ...NEW_ACTUARIAL,
]

/** The fields by which a document is known to state scores. */
export const SCORE_FIELDS: readonly string[] = [
  'outputVersion',
  ...PREDICTOR_SHAPES.flatMap(({ block, numbers }) => (block === '' ? (numbers.score ?? []) : [block])),
]
