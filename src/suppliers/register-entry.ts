import { z } from 'zod'
import type { RegisterEntry } from '../updates/update'
import { flag, isDocument, MASK, moment, parse, stated, text, under, type Notes } from './reading'
import { SUBJECT_NAMES } from './subject'
import { noteUnread } from './unread'

/**
 * Reads one entry of a Delius register as any of the services words it: a flag with its notes, a line of a
 * list, the registration as Delius has it, or what an event says of it. `id` is its number at the supplier.
 */
export function readRegisterEntry(
  value: unknown,
  { at, removed, notes }: { readonly at: string; readonly removed: boolean; readonly notes: Notes },
): { entry: RegisterEntry; id: string | undefined } {
  const said = parse(entrySchema, value, at)
  if (isDocument(value)) noteUnread(entrySchema, value, NOT_HELD, notes)
  const date = (each: unknown, name: string) => notes.date(each, under(at, name))
  const entry = stated<RegisterEntry>({
    registerType: said.code ?? said.registerType ?? said.registerTypeCode ?? codeOf(said.type),
    description:
      said.description ?? said.typeDescription ?? said.registerTypeDescription ?? wordsOf(said.type),
    level: said.levelCode ?? said.registrationLevelCode ?? codeOf(said.registerLevel) ?? said.level,
    levelDescription:
      said.levelDescription ?? said.registrationLevelDescription ?? wordsOf(said.registerLevel),
    category: said.registrationCategoryCode ?? codeOf(said.registerCategory),
    categoryDescription: said.registrationCategoryDescription ?? wordsOf(said.registerCategory),
    startedOn: date(said.startDate ?? said.createdDate ?? said.registrationDate, 'startDate'),
    nextReviewOn: date(said.reviewDate ?? said.nextReviewDate, 'reviewDate'),
    lastReviewedOn: date(said.mostRecentReviewDate, 'mostRecentReviewDate'),
    ...endOf(said, removed, date),
    notes: notesOf(said, at, notes),
    staffCode: codeOf(said.registeringOfficer),
    officerName: nameOf(said.registeringOfficer ?? said.createdBy),
    team: codeOf(said.registeringTeam),
    organisation: codeOf(said.registeringProbationArea),
    organisationName: wordsOf(said.registeringProbationArea),
    // A copy whose notes were masked says nothing of them.
    partial: said.notes === MASK ? true : undefined,
  })
  return { entry, id: said.id ?? said.registrationId }
}

/** Which kind of register, for whom it warns and how often it is looked at: the type tells. */
const NOT_HELD = [
  'offenderId',
  'register',
  'riskColour',
  'warnUser',
  'reviewPeriodMonths',
  'personSummary',
  ...SUBJECT_NAMES,
]

const coded = z.union([z.object({ code: text, description: text }), text])
const person = z.union([z.object({ code: text, forename: text, forenames: text, surname: text }), text])
const note = z.object({
  id: text,
  createdBy: person,
  createdByDate: text,
  note: text,
  hasNoteBeenTruncated: flag,
})
const notesSchema = z.array(note).nullish()
const removal = z.object({
  removalDate: moment,
  removedBy: person,
  notes: text,
  riskRemovalNotes: notesSchema,
  riskRemovalNote: note.nullish(),
})

const entrySchema = z.object({
  id: text,
  registrationId: text,
  code: text,
  registerType: text,
  registerTypeCode: text,
  type: coded,
  description: text,
  typeDescription: text,
  registerTypeDescription: text,
  level: text,
  levelCode: text,
  levelDescription: text,
  registerLevel: coded,
  registrationLevelCode: text,
  registrationLevelDescription: text,
  registerCategory: coded,
  registrationCategoryCode: text,
  registrationCategoryDescription: text,
  startDate: moment,
  createdDate: moment,
  registrationDate: moment,
  reviewDate: moment,
  nextReviewDate: moment,
  mostRecentReviewDate: moment,
  endDate: moment,
  active: flag,
  removed: flag,
  notes: text,
  riskNotes: notesSchema,
  riskNote: note.nullish(),
  deregisteringNotes: text,
  createdBy: person,
  registeringOfficer: person,
  registeringTeam: coded,
  registeringProbationArea: coded,
  removalHistory: z.array(removal).nullish(),
})

type Said = z.infer<typeof entrySchema>

function endOf(said: Said, removed: boolean, date: (value: unknown, name: string) => string | undefined) {
  const [last] = said.removalHistory ?? []
  const endedOn = date(said.endDate ?? last?.removalDate, 'endDate')
  const isOff = removed || said.removed === true || said.active === false || endedOn !== undefined
  return { active: !isOff, endedOn }
}

type Note = Partial<z.infer<typeof note>>

/** All that was noted, each note with its day and its writer. */
function notesOf(said: Said, at: string, notes: Notes): string | undefined {
  const removals = (said.removalHistory ?? []).flatMap((each): (Note | null | undefined)[] => [
    ...(each.riskRemovalNotes ?? [each.riskRemovalNote]),
    { note: each.notes, createdBy: each.removedBy },
  ])
  const written: (Note | null | undefined)[] = [
    { note: said.notes },
    ...(said.riskNotes ?? [said.riskNote]),
    { note: said.deregisteringNotes },
    ...removals,
  ]
  const lines = written.flatMap((each) => {
    const prose = notes.prose(each?.note, under(at, 'notes'))
    if (each?.hasNoteBeenTruncated === true) {
      notes.add('TRUNCATED_TEXT', `${under(at, 'notes')} was cut short by the sender`)
    }
    return prose === undefined ? [] : [signed(prose, each)]
  })
  return lines.length === 0 ? undefined : lines.join('\n\n')
}

function signed(prose: string, by: Note | null | undefined): string {
  const writer = [by?.createdByDate, nameOf(by?.createdBy)].filter((part) => part !== undefined).join(' ')
  return writer === '' ? prose : `${writer}: ${prose}`
}

function nameOf(value: z.infer<typeof person>): string | undefined {
  if (typeof value !== 'object') return value
  const name = [value.forenames ?? value.forename, value.surname]
    .filter((part) => part !== undefined)
    .join(' ')
  return name === '' ? undefined : name
}

type Coded = z.infer<typeof coded> | z.infer<typeof person>

/** A code that stands alone, or beside its words. */
function codeOf(value: Coded): string | undefined {
  return typeof value === 'object' ? value.code : value
}

function wordsOf(value: z.infer<typeof coded>): string | undefined {
  return typeof value === 'object' ? value.description : undefined
}
