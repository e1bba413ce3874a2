import { z } from 'zod'
import { registrationFromAlerts } from '../domain/mappa-codes'
import { normaliseIdentifier } from '../domain/identifiers'
import {
  Unreadable,
  type AlertFact,
  type AliasFact,
  type Facts,
  type KeyDateFact,
  type PersonFact,
  type RegistrationFact,
  type StatedIdentifier,
  type Update,
} from '../updates/update'
import { custodyFrom, movementFields } from './prisoner-custody'
import { flag, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'

/**
 * Reads a prisoner-search document: one NOMIS record by prison number. The document is the whole of what
 * the index holds, so key dates are stated even where there are none; aliases and alerts (and with alerts
 * the MAPPA registration) only where their lists are there. Throws Unreadable without a prison number.
 */
export function readPrisonerSearch(payload: Document, { receivedOn }: ReadingContext): Update {
  const prisoner = parse(prisonerSchema, payload)
  if (prisoner.prisonerNumber === undefined) {
    throw new Unreadable('prisonerNumber is missing: the document does not say whose it is', 'prisonerNumber')
  }
  const notes = new Notes()
  const custody = custodyFrom(prisoner, notes)
  const alerts = prisoner.alerts ? alertsFrom(prisoner.alerts, notes) : undefined
  const facts: Facts = stated<Facts>({
    person: personFrom(prisoner, notes),
    identifiers: identifiersFrom(prisoner, prisoner.prisonerNumber),
    aliases: prisoner.aliases?.map((alias, index) => aliasFrom(alias, notes, `aliases.${index}`)),
    custody,
    alerts,
    keyDates: keyDatesFrom(payload, notes),
    registration: alerts && registrationFrom(alerts),
  })
  const record = {
    system: 'NOMIS' as const,
    localId: normaliseIdentifier('PRISON_NUMBER', prisoner.prisonerNumber, receivedOn).value,
    ...(custody?.establishment === undefined ? {} : { agency: custody.establishment }),
    facts,
  }
  return { createsPerson: true, person: [], records: [record], warnings: notes.warnings }
}

const nameFields = { firstName: text, middleNames: text, lastName: text, dateOfBirth: moment }

const prisonerSchema = z.object({
  ...nameFields,
  ...movementFields,
  prisonerNumber: text,
  pncNumber: text,
  croNumber: text,
  title: text,
  gender: text,
  aliases: z.array(z.object(nameFields)).nullish(),
  alerts: z
    .array(
      z.object({
        alertType: text,
        alertCode: text,
        description: text,
        dateCreated: moment,
        active: flag,
        expired: flag,
      }),
    )
    .nullish(),
  identifiers: z.array(z.object({ type: text, value: text })).nullish(),
})

type Prisoner = z.infer<typeof prisonerSchema>

/** Our key date and the field it comes from; `receptionDate` is a past event and not a key date. */
const KEY_DATES = [
  ['SED', 'sentenceExpiryDate'],
  ['LED', 'licenceExpiryDate'],
  ['CRD', 'conditionalReleaseDate'],
  ['ARD', 'automaticReleaseDate'],
  ['NPD', 'nonParoleDate'],
  ['PED', 'paroleEligibilityDate'],
  ['APD', 'actualParoleDate'],
  ['PRRD', 'postRecallReleaseDate'],
  ['TED', 'tariffDate'],
  ['HDCED', 'homeDetentionCurfewEligibilityDate'],
  ['HDCAD', 'homeDetentionCurfewActualDate'],
  ['HDC_END', 'homeDetentionCurfewEndDate'],
  ['TUSED', 'topupSupervisionExpiryDate'],
  ['ROTL', 'releaseOnTemporaryLicenceDate'],
  ['RELEASE', 'releaseDate'],
  ['CONFIRMED_RELEASE', 'confirmedReleaseDate'],
  ['NON_DTO_RELEASE', 'nonDtoReleaseDate'],
  ['SENTENCE_START', 'sentenceStartDate'],
] as const

function personFrom(prisoner: Prisoner, notes: Notes): PersonFact {
  return stated<PersonFact>({
    title: prisoner.title,
    ...aliasFrom(prisoner, notes, ''),
    sex: prisoner.gender,
  })
}

type Names = Pick<Prisoner, keyof typeof nameFields>

function aliasFrom(names: Names, notes: Notes, at: string): AliasFact {
  return stated<AliasFact>({
    given: names.firstName,
    middle: names.middleNames,
    family: names.lastName,
    dateOfBirth: notes.date(names.dateOfBirth, at === '' ? 'dateOfBirth' : `${at}.dateOfBirth`),
  })
}

function identifiersFrom(prisoner: Prisoner, prisonerNumber: string): StatedIdentifier[] {
  const found: StatedIdentifier[] = [{ type: 'PRISON_NUMBER', raw: prisonerNumber }]
  if (prisoner.pncNumber !== undefined) found.push({ type: 'PNC', raw: prisoner.pncNumber })
  if (prisoner.croNumber !== undefined) found.push({ type: 'CRO', raw: prisoner.croNumber })
  for (const { type, value } of prisoner.identifiers ?? []) {
    if (value === undefined) continue
    if (type === 'MERGED') found.push({ type: 'PRISON_NUMBER', raw: value, qualifier: 'MERGED' })
    if (type === 'PNC' || type === 'CRO') found.push({ type, raw: value })
  }
  return found.filter(
    (one, index) => found.findIndex((other) => other.type === one.type && other.raw === one.raw) === index,
  )
}

function alertsFrom(alerts: NonNullable<Prisoner['alerts']>, notes: Notes): AlertFact[] {
  return alerts.flatMap((alert, index) => {
    if (alert.alertCode === undefined) {
      notes.add('ALERT_WITHOUT_CODE', `alerts.${index} has no alertCode and is left out`)
      return []
    }
    return [
      stated<AlertFact>({
        code: alert.alertCode.toUpperCase(),
        type: alert.alertType,
        description: alert.description,
        since: notes.date(alert.dateCreated, `alerts.${index}.dateCreated`),
        // Match results carry no flags: what they list is what stands.
        active: (alert.active ?? true) && !(alert.expired ?? false),
      }),
    ]
  })
}

function keyDatesFrom(payload: Document, notes: Notes): KeyDateFact[] {
  return KEY_DATES.flatMap(([type, field]) => {
    const date = notes.date(payload[field], field)
    return date === undefined ? [] : [{ type, date }]
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
