import type { OtherRiskArea, OtherRiskFact, SelfRiskArea, SelfRiskFact } from '../updates/update'
import { answer } from './answers'
import { isDocument, stated, text, type Document, type Notes } from './reading'

/** Where a document has the answers about one area of risk. */
type Places = Partial<
  Readonly<Record<'risk' | 'current' | 'currentText' | 'previous' | 'previousText', string>>
>

interface Concern<Area> {
  readonly area: Area
  /** The block of the ARN summary. */
  readonly block: string
  /** The fields of OASys. */
  readonly fields: Places
}

/** Risk to self, in the ARN summary (`riskToSelf`) or in the fields of OASys; undefined where nothing is answered. */
export function selfRisksFrom(document: Document, at: string, notes: Notes): SelfRiskFact[] | undefined {
  return concernsFrom(SELF, document, { summary: 'riskToSelf', at, notes })
}

/** The other risks (`otherRisks`): escape, control, trust, other prisoners. */
export function otherRisksFrom(document: Document, at: string, notes: Notes): OtherRiskFact[] | undefined {
  return concernsFrom(OTHER, document, { summary: 'otherRisks', at, notes })
}

interface Reading {
  /** The block of the ARN summary that holds them all. */
  readonly summary: string
  readonly at: string
  readonly notes: Notes
}

type Stated<Area> = Places & { readonly area: Area }

function concernsFrom<Area extends string>(
  concerns: readonly Concern<Area>[],
  document: Document,
  { summary, at, notes }: Reading,
): Stated<Area>[] | undefined {
  const found = concerns.map(({ area, block, fields }): Stated<Area> => {
    const blocks = document[summary]
    const said: unknown = isDocument(blocks) ? blocks[block] : undefined
    const place = `${at}${summary}.${block}`
    if (isDocument(said)) return { area, ...answersIn(said, ARN_PLACES, `${place}.`, notes) }
    const risk = answer(said, place, notes)
    const known = answersIn(document, fields, at, notes)
    return { area, ...known, ...(risk !== undefined && { risk }) }
  })
  const answered = found.filter((concern) => Object.keys(concern).length > 1)
  return answered.length === 0 ? undefined : answered
}

function answersIn(document: Document, places: Places, at: string, notes: Notes): Places {
  const said = (place: string | undefined) =>
    place === undefined ? undefined : answer(document[place], `${at}${place}`, notes)
  const prose = (place: string | undefined) =>
    place === undefined ? undefined : notes.prose(text.safeParse(document[place]).data, `${at}${place}`)
  return stated<Places>({
    risk: said(places.risk),
    current: said(places.current),
    currentText: prose(places.currentText),
    previous: said(places.previous),
    previousText: prose(places.previousText),
  })
}

const ARN_PLACES: Places = {
  risk: 'risk',
  current: 'current',
  currentText: 'currentConcernsText',
  previous: 'previous',
  previousText: 'previousConcernsText',
}

/** OASys has one text for suicide and self-harm, and one for coping in custody and in a hostel. */
const SELF: readonly Concern<SelfRiskArea>[] = [
  {
    area: 'SUICIDE',
    block: 'suicide',
    fields: {
      risk: 'concernsRiskOfSuicide',
      current: 'currentConcernsRiskOfSuicide',
      currentText: 'currentConcernsSelfHarmSuicide',
      previous: 'pastSuicideConcerns',
      previousText: 'previousConcernsSelfHarmSuicide',
    },
  },
  {
    area: 'SELF_HARM',
    block: 'selfHarm',
    fields: {
      risk: 'concernsRiskOfSelfHarm',
      current: 'currentConcernsRiskOfSelfHarm',
      currentText: 'currentConcernsSelfHarmSuicide',
      previous: 'pastSelfHarmConcerns',
      previousText: 'previousConcernsSelfHarmSuicide',
    },
  },
  {
    area: 'CUSTODY',
    block: 'custody',
    fields: {
      risk: 'concernsCopingInCustody',
      current: 'currentConcernsCustody',
      currentText: 'currentCustodyHostelCoping',
      previous: 'previousConcernsCustodyCoping',
      previousText: 'previousCustodyHostelCoping',
    },
  },
  {
    area: 'HOSTEL_SETTING',
    block: 'hostelSetting',
    fields: {
      current: 'currentConcernsHostel',
      currentText: 'currentCustodyHostelCoping',
      previous: 'previousConcernsHostelCoping',
      previousText: 'previousCustodyHostelCoping',
    },
  },
  {
    area: 'VULNERABILITY',
    block: 'vulnerability',
    fields: {
      risk: 'concernsVulnerability',
      current: 'currentConcernsVulnerability',
      currentText: 'currentVulnerability',
      previous: 'previousConcernsVulnerability',
      previousText: 'previousVulnerability',
    },
  },
]

const OTHER: readonly Concern<OtherRiskArea>[] = [
  { area: 'ESCAPE_OR_ABSCOND', block: 'escapeOrAbscond', fields: oasysFields('Escape') },
  {
    area: 'CONTROL_ISSUES_DISRUPTIVE_BEHAVIOUR',
    block: 'controlIssuesDisruptiveBehaviour',
    fields: oasysFields('Disruptive'),
  },
  { area: 'BREACH_OF_TRUST', block: 'breachOfTrust', fields: oasysFields('BreachOfTrust') },
  { area: 'RISK_TO_OTHER_PRISONERS', block: 'riskToOtherPrisoners', fields: {} },
]

function oasysFields(name: string): Places {
  return {
    current: `currentConcerns${name}`,
    currentText: `currentConcerns${name}Text`,
    previous: `previousConcerns${name}`,
    previousText: `previousConcerns${name}Text`,
  }
}

/** The fields by which a document of OASys is known to state these risks. */
export const CONCERN_FIELDS: readonly string[] = [...SELF, ...OTHER].flatMap(({ fields }) =>
  Object.values(fields),
)
