import { z } from 'zod'
import { readInstant } from '../domain/dates'
import { Unreadable, type LimitationsFact, type LimitedParty, type Update } from '../updates/update'
import { moment, parse, stated, text, type Document, type ReadingContext } from './reading'
import { subjectOf } from './subject'

/**
 * Reads who may not see a case (`excludedFrom`) and who alone may (`restrictedTo`), by username, e-mail or
 * organisation; a list that is left out is empty, for the document is the whole of the limitations. The
 * record is the Delius one by CRN, or `limitations:<identifier>`. Fails closed: an entry that names nobody
 * or has a date we cannot read makes the whole document Unreadable, because nothing here may be guessed.
 */
export function readAccessLimitations(document: Document, context: ReadingContext): Update {
  if (!('excludedFrom' in document) && !('restrictedTo' in document)) {
    throw new Unreadable('The document has neither excludedFrom nor restrictedTo', 'excludedFrom')
  }
  const { excludedFrom, restrictedTo, exclusionMessage, restrictionMessage } = parse(
    limitationsSchema,
    document,
  )
  const limitations = stated<LimitationsFact>({
    exclusions: partiesIn(excludedFrom, 'excludedFrom'),
    restrictions: partiesIn(restrictedTo, 'restrictedTo'),
    exclusionMessage,
    restrictionMessage,
  })
  const { person, key, crn } = subjectOf(document, context)
  const record = { system: 'DELIUS' as const, localId: crn ?? `limitations:${key}`, facts: { limitations } }
  return { createsPerson: false, person, records: [record], warnings: [] }
}

const entrySchema = z.object({
  username: text,
  email: text,
  organisation: text,
  since: moment,
  until: moment,
})
const entries = z.array(entrySchema).nullish()
const limitationsSchema = z.object({
  excludedFrom: entries,
  restrictedTo: entries,
  exclusionMessage: text,
  restrictionMessage: text,
})

function partiesIn(list: z.infer<typeof entries>, at: string): LimitedParty[] {
  return (list ?? []).flatMap((entry, index) => partiesOf(entry, `${at}.${index}`))
}

/**
 * An entry with two names is about one somebody. A restriction admits them under either; an exclusion goes by
 * the username, since an address that cannot be compared would bar everybody else too.
 */
function partiesOf(
  { username, email, organisation, ...times }: z.infer<typeof entrySchema>,
  at: string,
): LimitedParty[] {
  const since = timeAt(times.since, `${at}.since`)
  const until = timeAt(times.until, `${at}.until`)
  if (since !== undefined && until !== undefined && until < since) {
    throw new Unreadable(`${at} ends before it starts`, `${at}.until`)
  }
  const names: LimitedParty[] = [
    ...(username === undefined ? [] : [{ username }]),
    ...(email === undefined || (username !== undefined && at.startsWith('excludedFrom')) ? [] : [{ email }]),
    ...(organisation === undefined ? [] : [{ organisation }]),
  ]
  if (names.length === 0)
    throw new Unreadable(`${at} names neither a username, an email nor an organisation`, at)
  return names.map((name) => stated<LimitedParty>({ ...name, since, until }))
}

function timeAt(value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  const instant = readInstant(value)
  if (instant === undefined) throw new Unreadable(`${path} is not a time we can read`, path)
  return instant
}
