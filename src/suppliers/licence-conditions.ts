import { z } from 'zod'
import type { FactOf } from '../updates/facts'
import type { Notes } from './reading'
import { flag, isDocument, parse, stated, text, type Document } from './reading'

export type LicenceCondition = FactOf<'licenceConditions'>[number]

/** Where a list of conditions stands in a document, and what standing there says of them. */
interface Place {
  readonly path: readonly string[]
  readonly type?: 'AP' | 'PSS'
  readonly kind?: string
}

const PLACES: readonly Place[] = [
  { path: ['conditions', 'AP', 'standard'], type: 'AP', kind: 'STANDARD' },
  { path: ['conditions', 'AP', 'additional'], type: 'AP', kind: 'ADDITIONAL' },
  { path: ['conditions', 'AP', 'bespoke'], type: 'AP', kind: 'BESPOKE' },
  { path: ['conditions', 'PSS', 'standard'], type: 'PSS', kind: 'STANDARD' },
  { path: ['conditions', 'PSS', 'additional'], type: 'PSS', kind: 'ADDITIONAL' },
  { path: ['standardLicenceConditions'], type: 'AP', kind: 'STANDARD' },
  { path: ['standardPssConditions'], type: 'PSS', kind: 'STANDARD' },
  { path: ['additionalLicenceConditions'], type: 'AP', kind: 'ADDITIONAL' },
  { path: ['additionalPssConditions'], type: 'PSS', kind: 'ADDITIONAL' },
  { path: ['bespokeConditions'], type: 'AP', kind: 'BESPOKE' },
  { path: ['conditions'] },
]

/** The conditions of a licence in every published shape; undefined where it has no list of them at all. */
export function conditionsIn(licence: Document, at: string, notes: Notes): LicenceCondition[] | undefined {
  const lists = PLACES.flatMap((place) => {
    const list = listAt(licence, place.path)
    return list === undefined ? [] : [{ place, list }]
  })
  if (lists.length === 0) return undefined
  return lists.flatMap(({ place, list }) => readList(list, place, at, notes))
}

function listAt(licence: Document, path: readonly string[]): unknown {
  const found = path.reduce<unknown>((value, name) => (isDocument(value) ? value[name] : undefined), licence)
  return Array.isArray(found) ? found : undefined
}

const conditionSchema = z.object({
  id: text,
  code: text,
  category: text,
  type: text,
  sequence: z.int().nullish(),
  text,
  expandedText: text,
  condition: text,
  restrictions: z.array(z.string()).nullish(),
  hasImageUpload: flag,
  uploadSummary: z.array(z.unknown()).nullish(),
})

function readList(list: unknown, place: Place, at: string, notes: Notes): LicenceCondition[] {
  const path = `${at}${place.path.join('.')}`
  return parse(z.array(conditionSchema), list, path).map((condition, index) => {
    if (condition.hasImageUpload === true || (condition.uploadSummary ?? []).length > 0) {
      notes.add('PARTLY_READ', 'The maps of exclusion zones are not read')
    }
    return readCondition(condition, place, `${path}.${index}`, notes)
  })
}

function readCondition(
  condition: z.infer<typeof conditionSchema>,
  { type, kind }: Place,
  at: string,
  notes: Notes,
): LicenceCondition {
  // Where the place says what kind it is, the condition's own type says how it is filled in.
  const form = kind === undefined ? undefined : condition.type
  return stated<LicenceCondition>({
    type,
    kind: kind ?? condition.type?.toUpperCase(),
    number: condition.id,
    code: condition.code,
    category: condition.category,
    sequence: condition.sequence ?? undefined,
    form,
    exclusionZone: form?.includes('EXCLUSION_ZONE') === true ? true : undefined,
    restrictions: condition.restrictions ?? undefined,
    text: notes.prose(condition.expandedText ?? condition.text ?? condition.condition, `${at}.text`),
  })
}
