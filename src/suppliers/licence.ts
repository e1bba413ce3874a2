import { z } from 'zod'
import type { FactOf } from '../updates/facts'
import { Unreadable, type Facts, type RecordStatement, type Update } from '../updates/update'
import { conditionsIn } from './licence-conditions'
import { flag, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'
import { subjectOf, type Subject } from './subject'

/**
 * Reads licences in every published shape: one by its number with its conditions, summaries and matches,
 * and a person's licences with their conditions. Each is a record of its own, `licence:<number>`, or
 * `licence:<identifier>:<day it was created>` where none has a number; an empty list says that there is none.
 * Throws Unreadable when nobody is named, and for a row of a caseload, which states no licence.
 */
export function readLicence(document: Document, context: ReadingContext): Update {
  if ('isInHardStopPeriod' in document) {
    throw new Unreadable(
      'This is a row of a caseload: it says what licence is due, and states none',
      'licenceId',
    )
  }
  const notes = new Notes()
  const subject = subjectOf(document, context)
  const licences = licencesIn(document)
  const records = licences.map(({ licence, at }) => recordFrom(licence, at, subject, notes))
  if (licences.length === 0) {
    records.push({ system: 'DELIUS', localId: `licences:${subject.key}`, facts: { licences: [] } })
  }
  return { createsPerson: false, person: subject.person, records, warnings: notes.warnings }
}

function licencesIn(document: Document): { licence: Document; at: string }[] {
  if (!('licences' in document)) return [{ licence: document, at: '' }]
  const list = parse(z.array(z.record(z.string(), z.unknown())), document.licences, 'licences')
  return list.map((licence, index) => ({ licence, at: `licences.${index}.` }))
}

const licenceSchema = z.object({
  id: text,
  licenceId: text,
  licenceType: text,
  typeCode: text,
  kind: text,
  statusCode: text,
  licenceStatus: text,
  status: text,
  version: text,
  policyVersion: text,
  bookingNo: text,
  isInPssPeriod: flag,
  isVariation: flag,
  variationOf: text,
  licenceStartDate: moment,
  licenceExpiryDate: moment,
  topupSupervisionStartDate: moment,
  topupSupervisionExpiryDate: moment,
  createdByUsername: text,
  createdDateTime: moment,
  dateCreated: moment,
  createdDate: moment,
  approvedByName: text,
  approvedByUsername: text,
  approvedDateTime: moment,
  approvedDate: moment,
  updatedDateTime: moment,
  dateLastUpdated: moment,
  updatedDate: moment,
  supersededDate: moment,
  appointmentTime: moment,
  appointmentPerson: text,
  appointmentAddress: text,
})

type Licence = z.infer<typeof licenceSchema>

function recordFrom(document: Document, at: string, subject: Subject, notes: Notes): RecordStatement {
  notes.unread(document, OTHER_PARTS)
  const licence = parse(licenceSchema, document, at.slice(0, -1))
  const fact = factFrom(licence, at, notes)
  const number = licence.licenceId ?? licence.id
  if (number === undefined && fact.createdAt === undefined) {
    throw new Unreadable('The licence has neither a number nor the date it was created', `${at}id`)
  }
  const conditions = conditionsIn(document, at, notes)
  const appointments = appointmentsFrom(licence, at, notes)
  if (Object.keys(fact).length === 0 && conditions === undefined) {
    throw new Unreadable('The document states nothing of the licence', `${at}statusCode`)
  }
  const facts: Facts = {
    licence: fact,
    ...(conditions && { licenceConditions: conditions }),
    ...(appointments && { appointments }),
  }
  const eventAt = fact.updatedAt ?? fact.createdAt
  return {
    system: 'DELIUS',
    localId: `licence:${number ?? `${subject.key}:${fact.createdAt}`}`,
    facts,
    ...(eventAt !== undefined && { eventAt }),
  }
}

function factFrom(licence: Licence, at: string, notes: Notes): FactOf<'licence'> {
  const date = (name: keyof Licence) => notes.date(licence[name], `${at}${name}`)
  const first = (...names: (keyof Licence)[]) => {
    const name = names.find((each) => licence[each] !== undefined && licence[each] !== null)
    return name && notes.instant(licence[name], `${at}${name}`)
  }
  return stated<FactOf<'licence'>>({
    type: licence.licenceType ?? licence.typeCode,
    kind: licence.kind,
    status: licence.statusCode ?? licence.licenceStatus ?? licence.status,
    version: licence.version,
    policyVersion: licence.policyVersion,
    startsOn: date('licenceStartDate'),
    expiresOn: date('licenceExpiryDate'),
    pssStartsOn: date('topupSupervisionStartDate'),
    pssExpiresOn: date('topupSupervisionExpiryDate'),
    inPssPeriod: licence.isInPssPeriod ?? undefined,
    bookingNumber: licence.bookingNo,
    variationOf: licence.isVariation === false ? undefined : licence.variationOf,
    createdBy: licence.createdByUsername,
    createdAt: first('createdDateTime', 'dateCreated', 'createdDate'),
    approvedBy: licence.approvedByName ?? licence.approvedByUsername,
    approvedAt: first('approvedDateTime', 'approvedDate'),
    updatedAt: first('updatedDateTime', 'dateLastUpdated', 'updatedDate'),
    supersededAt: first('supersededDate'),
  })
}

/** The first appointment is part of the licence; without a time it says nothing of appointments. */
function appointmentsFrom(licence: Licence, at: string, notes: Notes): Facts['appointments'] {
  const time = notes.instant(licence.appointmentTime, `${at}appointmentTime`)
  if (time === undefined) return undefined
  const { appointmentPerson: officerName, appointmentAddress: place } = licence
  return [stated<FactOf<'appointments'>[number]>({ at: time, kind: 'INITIAL', officerName, place })]
}

/** What other suppliers state better: dates are the prison's, officers the probation service's. */
const OTHER_PARTS = [
  'conditionalReleaseDate',
  'actualReleaseDate',
  'sentenceStartDate',
  'sentenceEndDate',
  'comUsername',
  'probationAreaCode',
  'probationTeamCode',
  'prisonCode',
  'appointmentContact',
  'spoDiscussion',
  'vloDiscussion',
]
