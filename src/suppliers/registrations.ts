import { z } from 'zod'
import { MAPPA_REGISTER } from '../domain/register-types'
import { registerKind } from '../updates/facts/registers'
import { Unreadable, type RecordStatement, type RegisterEntry } from '../updates/update'
import { flag, moment, parse, stated, text, under, type Document, type Notes } from './reading'
import type { Subject } from './subject'

/** The lists of case documents that hold entries of the Delius registers. */
export const REGISTER_LISTS = [
  'riskFlags',
  'removedRiskFlags',
  'riskFlag',
  'dynamicRisks',
  'personStatus',
  'roshHistory',
]

/** Every registration that a document lists: each a record of its own, of the class of its type. */
export function registrationsIn(document: Document, subject: Subject, notes: Notes): RecordStatement[] {
  const records = new Map<string, RecordStatement>()
  for (const list of REGISTER_LISTS) {
    const listed: unknown = document[list] ?? []
    const entries = Array.isArray(listed) ? (listed as unknown[]) : [listed]
    for (const [index, entry] of entries.entries()) {
      const at = Array.isArray(listed) ? `${list}.${index}` : list
      const removed = list === 'removedRiskFlags'
      for (const record of registrationFrom(entry, { at, removed, subject, notes })) {
        keepFirst(records, record, at, notes)
      }
    }
  }
  return [...records.values()]
}

/** One record can be stated only once in an update; what stands is listed before what was removed. */
function keepFirst(
  records: Map<string, RecordStatement>,
  record: RecordStatement,
  at: string,
  notes: Notes,
): void {
  if (records.has(record.localId)) {
    notes.add('LISTED_TWICE', `${at} is listed twice in this document: the first entry is read`)
  } else {
    records.set(record.localId, record)
  }
}

export interface Placed {
  readonly at: string
  /** The list itself says that its entries were taken off. */
  readonly removed?: boolean
  readonly subject: Subject
  readonly notes: Notes
}

/**
 * One registration: by its id where the document gives one, else by the case, its type and its start. What
 * is of a type that we do not know is kept with the most closed class.
 */
export function registrationFrom(
  value: unknown,
  { at, removed = false, subject, notes }: Placed,
): RecordStatement[] {
  const entry = parse(entrySchema, value, at)
  const registerType = entry.code ?? entry.registerType ?? entry.type
  const description = entry.description ?? entry.typeDescription
  if (registerType?.toUpperCase() === MAPPA_REGISTER) {
    notes.add('PARTLY_READ', `${under(at, 'code')}: the MAPPA register is read from the MAPPA detail alone`)
    return []
  }
  if (registerType === undefined && description === undefined) {
    throw new Unreadable('The entry does not say which register it is of', under(at, 'code'))
  }
  const { kind, warnings } = registerKind({ registerType, description }, under(at, 'code'))
  for (const { code, message } of warnings) notes.add(code, message)
  const startedOn = notes.date(entry.startDate ?? entry.createdDate, under(at, 'startDate'))
  const fact: RegisterEntry = stated<RegisterEntry>({
    registerType,
    description,
    level: entry.levelCode ?? entry.level,
    levelDescription: entry.levelDescription,
    startedOn,
    nextReviewOn: notes.date(entry.reviewDate ?? entry.nextReviewDate, under(at, 'reviewDate')),
    lastReviewedOn: notes.date(entry.mostRecentReviewDate, under(at, 'mostRecentReviewDate')),
    ...endOf(entry, removed, at, notes),
    notes: notesOf(entry, at, notes),
    officerName: nameOf(entry.createdBy),
  })
  const id = entry.id ?? [subject.key, registerType ?? description, startedOn].join(':')
  return [{ system: 'DELIUS', localId: `registration:${id}`, facts: { [kind]: fact } }]
}

const person = z.union([z.object({ forename: text, surname: text }), text])
const noteSchema = z.object({ createdBy: person, createdByDate: text, note: text })
const note = noteSchema.nullish()
const notesSchema = z.array(noteSchema).nullish()

const entrySchema = z.object({
  id: text,
  code: text,
  registerType: text,
  type: text,
  description: text,
  typeDescription: text,
  level: text,
  levelCode: text,
  levelDescription: text,
  startDate: moment,
  createdDate: moment,
  reviewDate: moment,
  nextReviewDate: moment,
  mostRecentReviewDate: moment,
  endDate: moment,
  active: flag,
  removed: flag,
  notes: text,
  riskNotes: notesSchema,
  riskNote: note,
  createdBy: person,
  removalHistory: z
    .array(
      z.object({ removalDate: moment, notes: text, riskRemovalNotes: notesSchema, riskRemovalNote: note }),
    )
    .nullish(),
})

type Entry = z.infer<typeof entrySchema>

function endOf(entry: Entry, removed: boolean, at: string, notes: Notes) {
  const [removal] = entry.removalHistory ?? []
  const ended = entry.endDate ?? removal?.removalDate
  const endedOn = notes.date(ended, under(at, 'endDate'))
  const isOff = removed || entry.removed === true || entry.active === false || endedOn !== undefined
  return { active: !isOff, endedOn }
}

/** All that was noted, each note with its day and its writer. */
function notesOf(entry: Entry, at: string, notes: Notes): string | undefined {
  const removals = (entry.removalHistory ?? []).flatMap((removal) => [
    ...(removal.riskRemovalNotes ?? [removal.riskRemovalNote]),
    { note: removal.notes },
  ])
  const written: (Note | null | undefined)[] = [
    { note: entry.notes },
    ...(entry.riskNotes ?? [entry.riskNote]),
    ...removals,
  ]
  const lines = written.flatMap((each) => {
    const said = notes.prose(each?.note, under(at, 'notes'))
    return said === undefined ? [] : [signed(said, each)]
  })
  return lines.length === 0 ? undefined : lines.join('\n\n')
}

interface Note {
  readonly note: string | undefined
  readonly createdBy?: z.infer<typeof person>
  readonly createdByDate?: string | undefined
}

function signed(said: string, by: Note | null | undefined): string {
  const writer = [by?.createdByDate, nameOf(by?.createdBy)].filter((part) => part !== undefined).join(' ')
  return writer === '' ? said : `${writer}: ${said}`
}

function nameOf(value: z.infer<typeof person>): string | undefined {
  if (typeof value !== 'object') return value
  const name = [value.forename, value.surname].filter((part) => part !== undefined).join(' ')
  return name === '' ? undefined : name
}
