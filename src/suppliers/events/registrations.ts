import { z } from 'zod'
import type { RecordStatement } from '../../updates/update'
import { readRegistration } from '../mappa-registration'
import { moment, parse, text, type Notes } from '../reading'
import { numberOf, type DomainEvent, type EventReading } from './event'

/**
 * Reads that an entry was made, changed or ended in a register of Delius. Of the MAPPA register it states
 * level, category and start in part: review, lead agency and provider stand as last stated. That an entry was
 * taken off ends that entry alone.
 */
export function readRegisterEvent(event: DomainEvent, notes: Notes): EventReading {
  const said = parse(informationSchema, event.information, 'additionalInformation')
  const crn = numberOf(event, 'CRN')
  if (said.registerTypeCode?.toUpperCase() !== 'MAPP' || crn === undefined) {
    return { records: [], needs: 'the case’s registrations, from Delius' }
  }
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
  const { registrationId } = said
  const record: RecordStatement = {
    system: 'DELIUS',
    localId: crn,
    ...(event.occurredAt !== undefined && { eventAt: event.occurredAt }),
    facts: {
      registration: {
        ...entry,
        partial: true,
        ...(registrationId !== undefined && { registrationId }),
        ...(ENDINGS.test(event.type) && { ended: true as const }),
      },
    },
  }
  return { records: [record] }
}

const ENDINGS = /\.(deregistered|deleted)$/

const informationSchema = z.object({
  registerTypeCode: text,
  registrationId: text,
  registrationLevelCode: text,
  registrationLevelDescription: text,
  registrationCategoryCode: text,
  registrationCategoryDescription: text,
  registrationDate: moment,
})
