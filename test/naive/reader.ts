import type { Catalogue } from '../../src/catalogue/catalogue'
import type { Purpose } from '../../src/domain/purpose'
import { whatIsAsked, type Asked } from './asked'
import { isMachine, type Asker } from './asker'
import { expectedEntry, refusedEntry, type ExpectedEntry } from './entry'
import { LimitedAccess } from './limited-access'
import { markedIn, type Mark } from './marks'
import { People } from './people'
import { instantOf, type NaiveRecord } from './record'
import { Relationships } from './relationships'
import { Rights } from './rights'
import type { RootAnswer, World } from './root-answer'
import { answerRoot } from './roots'
import { withheldIn } from './withheld'

/** What must come of a question: the answer with its marks or a refusal, and what the journal must hold. */
export interface Expected {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly code?: string
  readonly withheld: readonly Mark[]
  readonly entry: ExpectedEntry
}

export interface NaiveQuestion {
  readonly asker: Asker
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly now: Date
  /** The place that a cursor of an earlier answer stood for. */
  openCursor(cursor: string): readonly unknown[]
}

/** Answers one question after the other, in the plainest way; nothing of it is fast. */
export function readNaively(catalogue: Catalogue, record: NaiveRecord, question: NaiveQuestion): Expected {
  const { asker } = question
  const asked = whatIsAsked(catalogue, question.document, question.variables)
  const purpose = purposeOf(asker)
  if (purpose === undefined) return refused(asker, 'PURPOSE_REQUIRED', [])
  if (!asker.role.purposes.includes(purpose)) return refused(asker, 'PURPOSE_NOT_ALLOWED', [])
  const world = worldOf(catalogue, record, question, purpose, isLookUp(asked))
  if (usesWhatIsWithheld(world, asked)) return refused(asker, 'FIELD_NOT_USABLE', [])
  const answers = asked.map((root) => answerRoot(world, root))
  const withheld = asked.flatMap((root, i) => markedIn(world.rights, root, answers[i]))
  // Strictly, fields that would bear a mark are refused instead; what is withheld of everybody, before anybody is read.
  if (asker.isStrict && !isLookUp(asked) && asked.some((root) => isWithheldOfEverybody(world.rights, root)))
    return refused(asker, 'FORBIDDEN', [])
  const [unread] = answers.flatMap(({ refusedUnread: code }) => (code === undefined ? [] : [code]))
  if (unread !== undefined) return refused(asker, unread, [])
  const [refusal] = answers.flatMap(({ refusal: code }) => (code === undefined ? [] : [code]))
  if (refusal !== undefined) return refused(asker, refusal, answers)
  if (asker.isStrict && withheld.some(({ group }) => group !== undefined))
    return refused(asker, 'FORBIDDEN', answers)
  return {
    data: Object.fromEntries(asked.map(({ key }, i) => [key, answers[i]?.value])),
    withheld,
    entry: expectedEntry(world, purpose, asked, answers),
  }
}

/** People say why they look; a system that reads for nobody looks for the first of its purposes. */
function purposeOf({ role, purpose }: Asker): Purpose | undefined {
  return purpose ?? (isMachine(role.name) ? role.purposes[0] : undefined)
}

function isLookUp(asked: readonly Asked[]): boolean {
  const roots = asked.filter(({ field }) => field)
  return roots.length > 0 && roots.every(({ name }) => name === 'offender')
}

function worldOf(
  catalogue: Catalogue,
  record: NaiveRecord,
  { asker, now: date, openCursor }: NaiveQuestion,
  purpose: Purpose,
  lookUp: boolean,
): World {
  const now = instantOf(date)
  const relationships = new Relationships(record, asker, now)
  const rights = new Rights(asker, purpose, relationships, lookUp)
  const people = new People(record, rights, new LimitedAccess(record, asker, now), now)
  return { catalogue, record, asker, relationships, rights, people, purpose, now, openCursor }
}

function isWithheldOfEverybody(rights: Rights, { field, children }: Asked): boolean {
  if (!field) return false
  return (
    rights.of(field).shown === 'never' ||
    withheldIn(rights, children).some(({ right }) => right.shown === 'never')
  )
}

/** Whoever may not read a field may not search or order by it; who sees nobody learns nothing by it. */
function usesWhatIsWithheld({ catalogue, rights, asker }: World, asked: readonly Asked[]): boolean {
  if (asker.role.rows.relationship === 'nobody') return false
  return asked
    .flatMap((root) => usesOf(catalogue, root))
    .some((coordinate) => {
      const [type = '', name = ''] = coordinate.split('.')
      const field = catalogue.type(type).fields.get(name)
      return field !== undefined && !rights.showsEveryCase(field)
    })
}

function usesOf(catalogue: Catalogue, { name, args }: Asked): string[] {
  const filters = Object.keys(args['where'] ?? {}).flatMap(
    (filter) => catalogue.filters.get(filter)?.uses ?? [],
  )
  const order = name === 'offenders' ? ['PersonName.family'] : []
  const by = args['by'] as { readonly id?: string } | undefined
  return [...order, ...filters, ...(by && by.id === undefined ? ['Offender.identifiers'] : [])]
}

function refused(asker: Asker, code: string, answers: readonly RootAnswer[]): Expected {
  return { data: null, code, withheld: [], entry: refusedEntry(asker, code, answers) }
}
