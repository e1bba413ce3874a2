import { z } from 'zod'
import { readDate } from '../../domain/dates'
import { londonDate } from '../../domain/london-date'
import type { CustodyFact, CustodyStatus, MovementFact, RecordStatement } from '../../updates/update'
import { parse, stated, text, type Notes } from '../reading'
import { numberOf, type DomainEvent, type EventReading } from './event'

/**
 * Reads where a prisoner is from a reception or a release. What an event does not speak of (booking, legal
 * status, category) stays as it was last stated, but for an admission: that begins a new term, of which
 * nothing said before is true. Noted only, because it states nothing sure: a movement that a merge of records
 * made up (`MRG`, `POST_MERGE_ADMISSION`; existing-systems section 14 j), a reason that we do not know, a place
 * that is no prison, and an event that was overtaken (`currentLocation` is elsewhere already).
 */
export function readReception(event: DomainEvent, notes: Notes): EventReading {
  const said = informationOf(event)
  const reception = RECEPTIONS[said.reason ?? '']
  const establishment = establishmentIn(said)
  if (isMadeUp(said)) return madeUp(notes)
  if (reception === undefined || establishment === undefined) return { records: [], needs: PRISONER }
  return statement(event, said, { ...reception, establishment })
}

/** As `readReception`; who is out for a while stays with the prison. */
export function readRelease(event: DomainEvent, notes: Notes): EventReading {
  const said = informationOf(event)
  const release = RELEASES[said.reason ?? '']
  const establishment = release?.status === 'TEMPORARILY_OUT' ? establishmentIn(said) : undefined
  if (isMadeUp(said)) return madeUp(notes)
  if (release === undefined) return { records: [], needs: PRISONER }
  return statement(event, said, establishment === undefined ? release : { ...release, establishment })
}

const PRISONER = 'the prisoner, from prisoner-search'

interface Move {
  readonly status: CustodyStatus
  readonly movementType: string
  readonly establishment?: string
  readonly destinationKind?: CustodyFact['destinationKind']
  /** Where the person is afterwards, in the event's words. */
  readonly location: string
  /** Begins a term. */
  readonly isNew?: boolean
  /** Says nothing of since when the person is held there. */
  readonly isReturn?: boolean
}

const ADMISSION = { status: 'IN_CUSTODY', movementType: 'ADM', location: 'IN_PRISON', isNew: true } as const
const BACK = { status: 'IN_CUSTODY', location: 'IN_PRISON', isReturn: true } as const
const OUT = { status: 'TEMPORARILY_OUT', location: 'OUTSIDE_PRISON' } as const

const RECEPTIONS: Readonly<Record<string, Move>> = {
  ADMISSION,
  NEW_ADMISSION: ADMISSION,
  READMISSION: ADMISSION,
  READMISSION_SWITCH_BOOKING: ADMISSION,
  TRANSFERRED: { status: 'IN_CUSTODY', movementType: 'ADM', location: 'IN_PRISON' },
  RETURN_FROM_COURT: { ...BACK, movementType: 'CRT' },
  TEMPORARY_ABSENCE_RETURN: { ...BACK, movementType: 'TAP' },
}

const RELEASES: Readonly<Record<string, Move>> = {
  RELEASED: { status: 'RELEASED', movementType: 'REL', location: 'OUTSIDE_PRISON' },
  RELEASED_TO_HOSPITAL: {
    status: 'IN_HOSPITAL',
    movementType: 'REL',
    location: 'OUTSIDE_PRISON',
    destinationKind: 'HOSPITAL',
  },
  TEMPORARY_ABSENCE_RELEASE: { ...OUT, movementType: 'TAP', destinationKind: 'TEMPORARY_ABSENCE' },
  SENT_TO_COURT: { ...OUT, movementType: 'CRT', destinationKind: 'COURT' },
  TRANSFERRED: { status: 'IN_TRANSFER', movementType: 'TRN', location: 'BEING_TRANSFERRED' },
}

const informationSchema = z.object({
  reason: text,
  prisonId: text.transform((code) => code?.toUpperCase()),
  currentLocation: text,
  nomisMovementReasonCode: text,
})

type Information = z.infer<typeof informationSchema>

function informationOf({ information }: DomainEvent): Information {
  return parse(informationSchema, information, 'additionalInformation')
}

function isMadeUp({ reason, nomisMovementReasonCode }: Information): boolean {
  return reason === 'POST_MERGE_ADMISSION' || nomisMovementReasonCode?.toUpperCase() === 'MRG'
}

function madeUp(notes: Notes): EventReading {
  notes.add('MERGE_ARTEFACT', 'This movement was made up by a merge of records: custody is left as it was')
  return { records: [], needs: PRISONER }
}

function statement(event: DomainEvent, said: Information, move: Move): EventReading {
  const prisonNumber = numberOf(event, 'PRISON_NUMBER')
  if (prisonNumber === undefined) return { records: [], needs: PRISONER }
  const movement = movementRecord(event, prisonNumber, said, move)
  const isOvertaken = said.currentLocation !== undefined && said.currentLocation !== move.location
  if (isOvertaken) return { records: movement, needs: PRISONER }
  const { status, establishment } = move
  const record: RecordStatement = {
    system: 'NOMIS',
    localId: prisonNumber,
    ...(event.occurredAt !== undefined && { eventAt: event.occurredAt }),
    ...(status === 'IN_CUSTODY' && establishment !== undefined && { agency: establishment }),
    facts: { custody: custodyFrom(event, said, move) },
  }
  return { records: [record, ...movement] }
}

function custodyFrom(event: DomainEvent, said: Information, move: Move): CustodyFact {
  const { status, establishment, movementType, destinationKind, isNew, isReturn } = move
  const day = dayOf(event)
  return stated<CustodyFact>({
    status,
    establishment,
    movementType,
    movementReason: said.nomisMovementReasonCode,
    movedOn: day,
    destinationKind,
    lastEstablishment: establishmentIn(said),
    since: isReturn === true ? undefined : day,
    ...(isNew === true ? { receivedOn: day, admittedOn: day } : { partial: true }),
  })
}

/**
 * The movement itself, in a record of its own; told by NOMIS's own events alone, because those of the search
 * index happen when the index follows.
 */
function movementRecord(
  { type, occurredAt }: DomainEvent,
  prisonNumber: string,
  said: Information,
  { movementType }: Move,
): RecordStatement[] {
  if (occurredAt === undefined || !type.startsWith('prison-offender-events.')) return []
  const place = establishmentIn(said)
  const isIn = type.endsWith('.received')
  const movement = stated<MovementFact>({
    occurredAt,
    type: movementType,
    reason: said.nomisMovementReasonCode,
    direction: isIn ? 'IN' : 'OUT',
    ...(place !== undefined &&
      (isIn ? { toPlace: place, toKind: 'PRISON' } : { fromPlace: place, fromKind: 'PRISON' })),
  })
  const localId = ['movement', prisonNumber, occurredAt, movementType].join(':')
  return [{ system: 'NOMIS', localId, eventAt: occurredAt, facts: { movements: [movement] } }]
}

/** The day of the event in London; not one that is still to come, which is not believed. */
function dayOf({ occurredAt, receivedOn }: DomainEvent): string | undefined {
  const day = readDate(occurredAt)
  return day !== undefined && day <= londonDate(receivedOn) ? day : undefined
}

/** NOMIS says that somebody is outside, or on the road, by places that do not exist. */
function establishmentIn({ prisonId }: Information): string | undefined {
  return prisonId !== undefined && /^(?!OUT|TRN)[A-Z]{3}$/.test(prisonId) ? prisonId : undefined
}
