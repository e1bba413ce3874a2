import { z } from 'zod'
import { readDate } from '../../domain/dates'
import { MAPPA_REGISTER } from '../../domain/register-types'
import { registerKind, type RegisterEntry } from '../../updates/facts/registers'
import type { Facts, RecordStatement, RegistrationFact } from '../../updates/update'
import { readRegistration } from '../mappa-registration'
import { moment, parse, stated, text, type Notes } from '../reading'
import { numberOf, type DomainEvent, type EventReading } from './event'

/**
 * Reads that an entry was made, changed or taken off in a register of Delius: what the event says of it, and
 * the rest (review, notes, officer, lead agency) as last stated. An entry of the MAPPA register is stated in
 * the case's record; that it was taken off ends that entry alone. Entries of other registers are records of their own.
 */
export function readRegisterEvent(event: DomainEvent, notes: Notes): EventReading {
  const said = parse(informationSchema, event.information, 'additionalInformation')
  const isMappa = said.registerTypeCode?.toUpperCase() === MAPPA_REGISTER
  const crn = numberOf(event, 'CRN')
  if (isMappa && crn !== undefined) {
    return reading(event, crn, { registration: mappaEntry(event, said, notes) })
  }
  if (isMappa || said.registerTypeCode === undefined || said.registrationId === undefined) {
    return { records: [], needs: 'the case’s registrations, as mappa-detail' }
  }
  const { kind, warnings } = registerKind(
    { registerType: said.registerTypeCode, description: said.registerTypeDescription },
    'additionalInformation.registerTypeCode',
  )
  for (const { code, message } of warnings) notes.add(code, message)
  return reading(event, `registration:${said.registrationId}`, { [kind]: registerEntry(event, said, notes) })
}

const informationSchema = z.object({
  registerTypeCode: text,
  registerTypeDescription: text,
  registrationId: text,
  registrationLevelCode: text,
  registrationLevelDescription: text,
  registrationCategoryCode: text,
  registrationCategoryDescription: text,
  registrationDate: moment,
})

type Information = z.infer<typeof informationSchema>

function reading({ occurredAt }: DomainEvent, localId: string, facts: Facts): EventReading {
  const record: RecordStatement = {
    system: 'DELIUS',
    localId,
    ...(occurredAt !== undefined && { eventAt: occurredAt }),
    facts,
  }
  return { records: [record] }
}

function mappaEntry({ type }: DomainEvent, said: Information, notes: Notes): RegistrationFact {
  const entry = readRegistration(
    {
      level: said.registrationLevelCode,
      levelDescription: said.registrationLevelDescription,
      category: said.registrationCategoryCode,
      categoryDescription: said.registrationCategoryDescription,
      startDate: said.registrationDate,
    },
    '',
    notes,
  )
  return stated<RegistrationFact>({
    ...entry,
    partial: true,
    registrationId: said.registrationId,
    ended: isTakenOff(type) || isDeleted(type) ? true : undefined,
  })
}

function registerEntry(
  { type, occurredAt }: DomainEvent,
  said: Information,
  notes: Notes,
): RegisterEntry | null {
  if (isDeleted(type)) return null
  return stated<RegisterEntry>({
    registerType: said.registerTypeCode,
    description: said.registerTypeDescription,
    level: said.registrationLevelCode,
    levelDescription: said.registrationLevelDescription,
    category: said.registrationCategoryCode,
    categoryDescription: said.registrationCategoryDescription,
    startedOn: notes.date(said.registrationDate, 'registrationDate'),
    active: !isTakenOff(type),
    endedOn: isTakenOff(type) ? readDate(occurredAt) : undefined,
    partial: true,
  })
}

function isTakenOff(type: string): boolean {
  return type.endsWith('.deregistered')
}

function isDeleted(type: string): boolean {
  return type.endsWith('.deleted')
}
