import { normaliseIdentifier, type IdentifierType } from '../../domain/identifiers'
import { Unreadable } from '../../updates/update'
import { isDocument, text, type Document, type ReadingContext } from '../reading'

/** The types of `personReference`, in any case of letters, and the fields that name somebody beside it. */
const REFERENCES: Readonly<Record<string, IdentifierType>> = {
  noms: 'PRISON_NUMBER',
  nomsnumber: 'PRISON_NUMBER',
  nomisid: 'PRISON_NUMBER',
  prisonnumber: 'PRISON_NUMBER',
  prisonernumber: 'PRISON_NUMBER',
  crn: 'CRN',
  pnc: 'PNC',
  cro: 'CRO',
}

const FIELDS: Readonly<Record<string, IdentifierType>> = {
  nomsNumber: 'PRISON_NUMBER',
  nomsId: 'PRISON_NUMBER',
  prisonNumber: 'PRISON_NUMBER',
  prisonerNumber: 'PRISON_NUMBER',
  offenderNo: 'PRISON_NUMBER',
  offenderIdDisplay: 'PRISON_NUMBER',
  crn: 'CRN',
}

/** Whom an event about two numbers is about, where it says nothing else: the one that stays. */
const STAYING: Readonly<Record<string, IdentifierType>> = {
  movedToNomsNumber: 'PRISON_NUMBER',
  targetCRN: 'CRN',
}

/** The fields by which a document names its subject. */
const NAMES: Readonly<Record<IdentifierType, string>> = {
  PRISON_NUMBER: 'prisonNumber',
  CRN: 'crn',
  PNC: 'pnc',
  CRO: 'cro',
  OTHER: 'other',
}

/** The names of an event's person, as a document names its own. Throws Unreadable where it names two. */
export function peopleIn(reference: unknown, information: Document, context: ReadingContext): Document {
  const named = [...referenced(reference), ...namedBy(information, FIELDS)]
  const all = named.length > 0 ? named : namedBy(information, STAYING)
  const found = new Map<IdentifierType, string>()
  for (const [type, raw] of all) {
    const value = normaliseIdentifier(type, raw, context.receivedOn).value
    const held = found.get(type)
    if (held !== undefined && normaliseIdentifier(type, held, context.receivedOn).value !== value) {
      throw new Unreadable(
        'The event names two people: its reference and its information differ',
        'personReference',
      )
    }
    found.set(type, held ?? raw)
  }
  return Object.fromEntries([...found].map(([type, raw]) => [NAMES[type], raw]))
}

function referenced(reference: unknown): [IdentifierType, string][] {
  const identifiers: unknown = isDocument(reference) ? reference.identifiers : undefined
  if (!Array.isArray(identifiers)) return []
  return identifiers.filter(isDocument).flatMap((each): [IdentifierType, string][] => {
    const type = REFERENCES[text.safeParse(each.type).data?.toLowerCase() ?? '']
    const raw = text.safeParse(each.value).data
    return type !== undefined && raw !== undefined ? [[type, raw]] : []
  })
}

function namedBy(
  information: Document,
  fields: Readonly<Record<string, IdentifierType>>,
): [IdentifierType, string][] {
  return Object.entries(fields).flatMap(([name, type]): [IdentifierType, string][] => {
    const raw = text.safeParse(information[name]).data
    return raw === undefined ? [] : [[type, raw]]
  })
}
