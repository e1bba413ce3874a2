import { z } from 'zod'
import { registrationFromAlerts } from '../domain/mappa-codes'
import { normaliseIdentifier } from '../domain/identifiers'
import { Unreadable, type AlertFact, type Facts, type RegistrationFact, type Update } from '../updates/update'
import { addressesFrom, contactFields, contactPointsFrom } from './prisoner-contact'
import { custodyFrom, movementFields } from './prisoner-custody'
import { aliasesFrom, barriersFrom, identifiersFrom, personFields, personFrom } from './prisoner-person'
import {
  imprisonmentFrom,
  KEY_DATE_FIELDS,
  keyDatesFrom,
  offencesFrom,
  sentenceFields,
} from './prisoner-sentence'
import { flag, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'
import { noteUnread } from './unread'

/**
 * Reads a prisoner-search document: one NOMIS record by prison number. The document is the whole of what
 * the index holds, so key dates are stated even where there are none; lists (and with alerts the MAPPA
 * registration) only where they are there. Throws Unreadable without a prison number.
 */
export function readPrisonerSearch(payload: Document, { receivedOn }: ReadingContext): Update {
  const prisoner = parse(prisonerSchema, payload)
  if (prisoner.prisonerNumber === undefined) {
    throw new Unreadable('prisonerNumber is missing: the document does not say whose it is', 'prisonerNumber')
  }
  const notes = new Notes()
  const custody = custodyFrom(prisoner, notes, receivedOn)
  const alerts = prisoner.alerts ? alertsFrom(prisoner.alerts, notes) : undefined
  const facts: Facts = stated<Facts>({
    person: personFrom(prisoner, notes, receivedOn),
    identifiers: identifiersFrom(prisoner, prisoner.prisonerNumber),
    aliases: aliasesFrom(prisoner, notes, receivedOn),
    addresses: addressesFrom(prisoner, notes),
    contactPoints: contactPointsFrom(prisoner),
    barriers: barriersFrom(prisoner, notes),
    custody,
    alerts,
    keyDates: keyDatesFrom(payload, prisoner, notes),
    imprisonment: imprisonmentFrom(prisoner),
    offences: offencesFrom(prisoner, notes, receivedOn),
    registration: alerts && registrationFrom(alerts),
  })
  noteUnread(prisonerSchema, payload, [...KEY_DATE_FIELDS, ...NOT_HELD], notes)
  const record = {
    system: 'NOMIS' as const,
    localId: normaliseIdentifier('PRISON_NUMBER', prisoner.prisonerNumber, receivedOn).value,
    ...(custody?.establishment === undefined ? {} : { agency: custody.establishment }),
    facts,
  }
  return { createsPerson: true, person: [], records: [record], warnings: notes.warnings }
}

const prisonerSchema = z.object({
  ...personFields,
  ...contactFields,
  ...movementFields,
  ...sentenceFields,
  alerts: z
    .array(
      z.object({
        alertType: text,
        alertCode: text,
        alertCodeDescription: text,
        description: text,
        dateCreated: moment,
        dateExpires: moment,
        active: flag,
        expired: flag,
      }),
    )
    .nullish(),
})

/**
 * Published, and deliberately not held: looks and habits that say nothing of managing a sentence, religion and
 * the like that nobody here needs, keys of the index itself, and what repeats other fields.
 */
const NOT_HELD = [
  ...['heightCentimetres', 'weightKilograms', 'hairColour', 'rightEyeColour', 'leftEyeColour', 'facialHair'],
  ...['shapeOfFace', 'build', 'shoeSize', 'tattoos', 'scars', 'marks', 'smoker', 'currentFacialImageId'],
  ...['raceCode', 'maritalStatus', 'religion', 'militaryRecord', 'youthOffender', 'currentIncentive'],
  ...['aliases.title', 'aliases.gender', 'aliases.ethnicity', 'aliases.raceCode'],
  ...['identifiers.issuedDate', 'identifiers.issuedAuthorityText', 'identifiers.createdDateTime'],
  ...['languages.readSkill', 'languages.writeSkill', 'languages.speakSkill', 'alerts.alertTypeDescription'],
  ...['_class', 'bookingId', 'pncNumberCanonicalShort', 'pncNumberCanonicalLong'],
  ...['locationDescription', 'dischargeDetails'],
]

type Prisoner = z.infer<typeof prisonerSchema>

function alertsFrom(alerts: NonNullable<Prisoner['alerts']>, notes: Notes): AlertFact[] {
  return alerts.flatMap((alert, index) => {
    const at = `alerts.${index}`
    if (alert.alertCode === undefined) {
      notes.add('ALERT_WITHOUT_CODE', `${at} has no alertCode and is left out`)
      return []
    }
    return [
      stated<AlertFact>({
        code: alert.alertCode.toUpperCase(),
        type: alert.alertType,
        description: alert.description ?? alert.alertCodeDescription,
        since: notes.date(alert.dateCreated, `${at}.dateCreated`),
        until: notes.date(alert.dateExpires, `${at}.dateExpires`),
        // Match results carry no flags: what they list is what stands.
        active: (alert.active ?? true) && !(alert.expired ?? false),
      }),
    ]
  })
}

function registrationFrom(alerts: readonly AlertFact[]): RegistrationFact | null {
  const active = alerts.filter((alert) => alert.active)
  const found = registrationFromAlerts(active.map(({ code }) => code))
  if (found === null) return null
  const { category, level, levelStatus, levelCode, categoryCode } = found
  return stated<RegistrationFact>({
    category,
    level,
    levelStatus,
    rawLevel: levelCode,
    rawCategory: categoryCode,
    since: active.find(({ code }) => code === (levelCode ?? categoryCode))?.since,
  })
}
