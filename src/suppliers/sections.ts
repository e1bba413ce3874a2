import { OASYS_SECTIONS, type OasysSection } from '../domain/oasys-sections'
import type { SectionFact, SectionScoreFact } from '../updates/update'
import { answer, score } from './answers'
import { isDocument, stated, text, type Document, type Notes } from './reading'

/** The sections of `GetNeeds`: each with a score, a threshold, a status of need and its links. */
export function needsFrom(needs: readonly Document[], at: string, notes: Notes): SectionFact[] {
  return needs.map((need, index) => {
    const place = `${at}.${index}`
    const threshold = isDocument(need.oasysThreshold) ? need.oasysThreshold.standard : undefined
    return sectionFrom(sectionNamed(need), {
      score: score(need.score, `${place}.score`, notes),
      threshold: score(threshold, `${place}.oasysThreshold.standard`, notes),
      severity: said(need.severity),
      need: said(need.needStatus),
      linkedToReoffending: answer(need.riskOfReoffending, `${place}.riskOfReoffending`, notes),
      linkedToHarm: answer(need.riskOfHarm, `${place}.riskOfHarm`, notes),
    })
  })
}

/** The sections of OASys itself: a block each, whose fields begin with the section's own prefix. */
export function oasysSectionsFrom(assessment: Document, at: string, notes: Notes): SectionFact[] {
  return OASYS_SECTIONS.flatMap((section) => {
    const { prefix } = section
    const block = assessment[prefix]
    if (!isDocument(block)) return []
    const place = `${at}.${prefix}.${prefix}`
    return [
      sectionFrom(section, {
        score: score(block[`${prefix}OtherWeightedScore`], `${place}OtherWeightedScore`, notes),
        threshold: score(block[`${prefix}Threshold`], `${place}Threshold`, notes),
        linkedToReoffending: answer(
          block[`${prefix}LinkedToReoffending`],
          `${place}LinkedToReoffending`,
          notes,
        ),
        linkedToHarm: answer(block[`${prefix}LinkedToHarm`], `${place}LinkedToHarm`, notes),
      }),
    ]
  })
}

/** The weighted scores beside an assessment's indicators; undefined where there are none. */
export function sectionScoresFrom(
  document: Document,
  at: string,
  notes: Notes,
): SectionScoreFact[] | undefined {
  const { weightedScores: scores } = document
  if (!isDocument(scores)) return undefined
  const found = OASYS_SECTIONS.flatMap(({ section, number, name, weightedScore = '' }) => {
    const value = score(scores[weightedScore], `${at}weightedScores.${weightedScore}`, notes)
    return value === undefined ? [] : [stated<SectionScoreFact>({ section, number, name, score: value })]
  })
  return found.length === 0 ? undefined : found
}

/** Sections that a list of needs leaves out are missing from it, and said to be. */
export function withMissing(sections: readonly SectionFact[]): SectionFact[] {
  const missing = OASYS_SECTIONS.filter(({ section }) => !sections.some((each) => each.section === section))
  return [...sections, ...missing.map((section) => sectionFrom(section, {}))]
}

type Said = { [K in 'score' | 'threshold']?: number | undefined } & {
  [K in 'severity' | 'need' | 'linkedToReoffending' | 'linkedToHarm']?: string | undefined
}

function sectionFrom({ section, number, name }: Omit<OasysSection, 'prefix'>, answers: Said): SectionFact {
  const { threshold: _, ...given } = answers
  const answered = Object.values(given).some((value) => value !== undefined)
  return stated<SectionFact>({ section, number, name, ...answers, answered })
}

/** One that we know by the name that is published for it, else as received. */
function sectionNamed(need: Document): Omit<OasysSection, 'prefix'> {
  const named = said(need.section) ?? said(need.name) ?? 'UNKNOWN'
  const known = OASYS_SECTIONS.find(({ section }) => section === named.toUpperCase())
  return known ?? { section: named, name: said(need.name) ?? named }
}

function said(value: unknown): string | undefined {
  return text.safeParse(value).data
}
