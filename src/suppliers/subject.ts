import { normaliseIdentifier } from '../domain/identifiers'
import { Unreadable, type IdentifierType, type StatedIdentifier } from '../updates/update'
import { isDocument, text, type Document, type ReadingContext } from './reading'

/** Whose a document is. */
export interface Subject {
  readonly person: readonly StatedIdentifier[]
  /** The strongest identifier in its normal form, for keys of records that have none of their own. */
  readonly key: string
  readonly crn?: string
}

/**
 * Finds whom a document is about: named by the document itself, by the message, or by both. Throws
 * Unreadable when nobody is named, and when the two name different people, because a risk level on the
 * wrong person is worse than a late one.
 */
export function subjectOf(document: Document, context: ReadingContext): Subject {
  const named = namedIn(document)
  refuseContradiction(named, context)
  const person = [
    ...named,
    ...context.person.filter((one) => !named.some((other) => same(one, other, context))),
  ]
  const [strongest] = [...person].sort((a, b) => STRENGTH.indexOf(a.type) - STRENGTH.indexOf(b.type))
  if (strongest === undefined && context.personId === undefined) {
    throw new Unreadable('The document names nobody: give crn or prisonNumber', 'person')
  }
  const key = strongest === undefined ? `id:${context.personId}` : normal(strongest, context)
  return { person, key, ...(strongest?.type === 'CRN' ? { crn: key } : {}) }
}

const STRENGTH: readonly IdentifierType[] = ['CRN', 'PRISON_NUMBER', 'PNC', 'CRO', 'OTHER']

const NAMES: Readonly<Record<string, IdentifierType>> = {
  crn: 'CRN',
  probNumber: 'CRN',
  prisonNumber: 'PRISON_NUMBER',
  prisNumber: 'PRISON_NUMBER',
  prisonerNumber: 'PRISON_NUMBER',
  nomsId: 'PRISON_NUMBER',
  nomsNumber: 'PRISON_NUMBER',
  nomisId: 'PRISON_NUMBER',
  offenderNumber: 'PRISON_NUMBER',
  pncNumber: 'PNC',
  pnc: 'PNC',
  croNumber: 'CRO',
  cro: 'CRO',
}

/** The names under which documents say whose they are. */
export const SUBJECT_NAMES: readonly string[] = Object.keys(NAMES)

function namedIn(document: Document): StatedIdentifier[] {
  const { personalDetails, personSummary } = document
  const places = [
    document,
    isDocument(personalDetails) ? personalDetails.identifiers : undefined,
    personSummary,
  ]
  const found = places.filter(isDocument).flatMap((place) =>
    Object.entries(NAMES).flatMap(([name, type]) => {
      const raw = text.safeParse(place[name]).data
      return raw === undefined ? [] : [{ type, raw }]
    }),
  )
  const own = found.filter(({ type }) => type === 'CRN' || type === 'PRISON_NUMBER')
  // A police number beside a CRN is a detail of the case and often wrong: it must not decide whose it is.
  return own.length > 0
    ? own.filter((one, index) => own.findIndex((other) => other.raw === one.raw) === index)
    : found
}

function refuseContradiction(named: readonly StatedIdentifier[], context: ReadingContext): void {
  for (const one of named) {
    const others = context.person.filter(({ type }) => type === one.type)
    if (others.length > 0 && !others.some((other) => same(one, other, context))) {
      throw new Unreadable('The document names another person than the message that carries it', 'person')
    }
  }
}

function same(a: StatedIdentifier, b: StatedIdentifier, context: ReadingContext): boolean {
  return a.type === b.type && normal(a, context) === normal(b, context)
}

function normal({ type, raw }: StatedIdentifier, { receivedOn }: ReadingContext): string {
  return normaliseIdentifier(type, raw, receivedOn).value
}
