import { z } from 'zod'
import type { FactOf } from '../updates/facts'
import { Unreadable, type Update } from '../updates/update'
import { Notes, parse, sendersSystem, stated, text, type Document, type ReadingContext } from './reading'
import { subjectOf } from './subject'

/** Reads a programme that somebody took, or took up: a record of its own, `participation:<number>`. */
export function readParticipation(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const said = parse(participationSchema, document)
  const { id, courseName: programme } = said
  if (id === undefined) throw new Unreadable('The participation has no number: give id', 'id')
  if (programme === undefined) throw new Unreadable('The participation names no programme', 'courseName')
  const participation = stated<FactOf<'participation'>>({
    programme,
    referral: said.referralId,
    setting: said.setting?.type?.toUpperCase(),
    location: said.setting?.location,
    outcome: said.outcome?.status?.toUpperCase(),
    yearStarted: said.outcome?.yearStarted ?? undefined,
    yearCompleted: said.outcome?.yearCompleted ?? undefined,
    statedSource: said.source,
    detail: notes.prose(said.detail, 'detail'),
  })
  const { person } = subjectOf(document, context)
  const record = { system: sendersSystem(context), localId: `participation:${id}`, facts: { participation } }
  return { createsPerson: false, person, records: [record], warnings: notes.warnings }
}

const year = z.int().min(1900).max(2200).nullish()

const participationSchema = z.object({
  id: text,
  referralId: text,
  courseName: text,
  setting: z.object({ type: text, location: text }).nullish(),
  outcome: z.object({ status: text, yearStarted: year, yearCompleted: year }).nullish(),
  source: text,
  detail: text,
})
