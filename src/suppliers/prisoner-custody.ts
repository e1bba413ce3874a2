import type { CustodyFact, CustodyStatus } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

/** The fields of a prisoner-search document that say where somebody is. */
export const movementFields = {
  status: text,
  inOutStatus: text,
  lastMovementTypeCode: text,
  lastMovementReasonCode: text,
  lastMovementDate: moment,
  prisonId: text,
  prisonName: text,
  lastPrisonId: text,
  previousPrisonId: text,
  previousPrisonLeavingDate: moment,
  bookNumber: text,
  cellLocation: text,
  legalStatus: text,
  convictedStatus: text,
  recall: flag,
  category: text,
  csra: text,
  complexityOfNeedLevel: text,
  receptionDate: moment,
  lastAdmissionDate: moment,
  restrictedPatient: flag,
  supportingPrisonId: text,
  dischargedHospitalId: text,
  dischargedHospitalDescription: text,
  dischargeDate: moment,
}

export type Movement = { readonly [K in keyof typeof movementFields]?: (typeof movementFields)[K]['_output'] }

/**
 * Where a prisoner is. null: never in custody (no status, prison or movement). undefined: not stated,
 * which is the case after movement reason `MRG`, a release that only a merge of records made up
 * (existing-systems section 14 j).
 */
export function custodyFrom(
  movement: Movement,
  notes: Notes,
  receivedOn: Date,
): CustodyFact | null | undefined {
  if (upper(movement.lastMovementReasonCode) === 'MRG') {
    notes.add(
      'MERGE_ARTEFACT',
      'The last movement was made up by a merge of records: custody is left as it was',
    )
    return undefined
  }
  if (!saysWhere(movement)) return null
  const status = statusOf(movement)
  if (status === 'UNKNOWN') {
    notes.add('CUSTODY_UNKNOWN', 'status, inOutStatus and the last movement do not say where the prisoner is')
  }
  if (status === 'IN_CUSTODY' && movement.restrictedPatient === true) {
    notes.add('RESTRICTED_PATIENT_IN_PRISON', 'restrictedPatient is true, but the status says in prison')
  }
  return factOf(status, movement, notes, receivedOn)
}

const PSEUDO_PRISONS = ['OUT', 'TRN']
const PLACES = ['IN', 'OUT', 'TRN']

function saysWhere({
  status,
  inOutStatus,
  prisonId,
  lastMovementTypeCode,
  restrictedPatient,
}: Movement): boolean {
  return [status, inOutStatus, prisonId, lastMovementTypeCode].some(Boolean) || restrictedPatient === true
}

function statusOf(movement: Movement): CustodyStatus {
  const [word, ...rest] = upper(movement.status)?.split(/\s+/) ?? []
  const place = rest.find((part) => PLACES.includes(part)) ?? upper(movement.inOutStatus) ?? ''
  const type = upper(movement.lastMovementTypeCode) ?? ''
  // Whoever is back inside is a prisoner again, whatever flag was left behind.
  if (word === 'ACTIVE' && place === 'IN') return 'IN_CUSTODY'
  const isDischarged = type === 'REL' && upper(movement.lastMovementReasonCode) === 'HP'
  if (movement.restrictedPatient === true || isDischarged) return 'IN_HOSPITAL'
  if (word === undefined) return fromMovement(place, type, upper(movement.prisonId) ?? '')
  if (place === 'TRN') return 'IN_TRANSFER'
  if (place === 'OUT' && word === 'ACTIVE') return 'TEMPORARILY_OUT'
  if (place === 'OUT' && word === 'INACTIVE') return 'RELEASED'
  return 'UNKNOWN'
}

/** Some documents lack the status: the place, then the movement, then the prison tell. */
function fromMovement(place: string, type: string, prison: string): CustodyStatus {
  if (place === 'IN') return 'IN_CUSTODY'
  if ([place, type, prison].includes('TRN')) return 'IN_TRANSFER'
  if (type === 'CRT' || type === 'TAP') return 'TEMPORARILY_OUT'
  if (type === 'REL' || prison === 'OUT') return 'RELEASED'
  return type === 'ADM' && place === '' ? 'IN_CUSTODY' : 'UNKNOWN'
}

function factOf(status: CustodyStatus, movement: Movement, notes: Notes, receivedOn: Date): CustodyFact {
  const isHeld = status === 'IN_CUSTODY' || status === 'TEMPORARILY_OUT' || status === 'UNKNOWN'
  const establishment = isHeld ? realPrison(movement.prisonId) : undefined
  const isThere = establishment !== undefined
  const dates = datesFrom(movement, notes, receivedOn)
  return stated<CustodyFact>({
    status,
    establishment,
    establishmentName: isThere ? movement.prisonName : undefined,
    rawStatus: movement.status,
    ...dates,
    since: sinceOf(status, dates, movement, notes),
    bookingNumber: movement.bookNumber,
    movementType: movement.lastMovementTypeCode,
    movementReason: movement.lastMovementReasonCode,
    cell: isThere ? movement.cellLocation : undefined,
    legalStatus: movement.legalStatus,
    convictedStatus: movement.convictedStatus,
    recalled: movement.recall ?? undefined,
    category: movement.category,
    csra: movement.csra,
    complexityOfNeed: movement.complexityOfNeedLevel,
    lastEstablishment: realPrison(movement.lastPrisonId),
    previousEstablishment: realPrison(movement.previousPrisonId),
    ...destinationOf(status, movement),
    restrictedPatient: movement.restrictedPatient ?? undefined,
    supportingEstablishment: status === 'IN_HOSPITAL' ? upper(movement.supportingPrisonId) : undefined,
  })
}

function realPrison(code: string | undefined): string | undefined {
  const prison = upper(code)
  return prison !== undefined && PSEUDO_PRISONS.includes(prison) ? undefined : prison
}

type Dates = Pick<CustodyFact, 'receivedOn' | 'admittedOn' | 'movedOn' | 'leftPreviousOn'>

function datesFrom(movement: Movement, notes: Notes, today: Date): Dates {
  return stated<Dates>({
    receivedOn: notes.pastDate(movement.receptionDate, 'receptionDate', today),
    admittedOn: notes.pastDate(movement.lastAdmissionDate, 'lastAdmissionDate', today),
    movedOn: notes.pastDate(movement.lastMovementDate, 'lastMovementDate', today),
    leftPreviousOn: notes.pastDate(movement.previousPrisonLeavingDate, 'previousPrisonLeavingDate', today),
  })
}

function sinceOf(status: CustodyStatus, dates: Dates, movement: Movement, notes: Notes): string | undefined {
  // Received at the start of the term, and perhaps transferred here since.
  if (status === 'IN_CUSTODY') return dates.admittedOn ?? dates.receivedOn
  if (status === 'IN_HOSPITAL') return notes.date(movement.dischargeDate, 'dischargeDate')
  return undefined
}

type Destination = Pick<CustodyFact, 'destinationKind' | 'destinationPlace' | 'destinationName'>

/** Where somebody went who is out for a while; of those in transfer or released nothing is told. */
function destinationOf(status: CustodyStatus, movement: Movement): Destination {
  if (status === 'IN_HOSPITAL') {
    return stated<Destination>({
      destinationKind: 'HOSPITAL',
      destinationPlace: movement.dischargedHospitalId,
      destinationName: movement.dischargedHospitalDescription,
    })
  }
  if (status !== 'TEMPORARILY_OUT') return {}
  const type = upper(movement.lastMovementTypeCode)
  if (type === 'CRT') return { destinationKind: 'COURT' }
  return type === 'TAP' ? { destinationKind: 'TEMPORARY_ABSENCE' } : {}
}

function upper(value: string | undefined): string | undefined {
  return value?.trim().toUpperCase()
}
