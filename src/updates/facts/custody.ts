import {
  aside,
  date,
  flag,
  instant,
  many,
  one,
  organisation,
  organisationName,
  text,
  type Row,
} from './declare'
import { LEAD } from './identity'
import { BY_PRISONS } from './owners'

export type CustodyStatus =
  'IN_CUSTODY' | 'TEMPORARILY_OUT' | 'IN_TRANSFER' | 'IN_HOSPITAL' | 'RELEASED' | 'UNKNOWN'

export type DestinationKind = 'COURT' | 'HOSPITAL' | 'TEMPORARY_ABSENCE'
export type PlaceKind = 'PRISON' | 'COURT' | 'HOSPITAL' | 'OUT' | 'TRN' | 'OTHER'

const HELD: readonly CustodyStatus[] = ['IN_CUSTODY', 'TEMPORARILY_OUT']

export const custodyFacts = {
  custody: one(
    'custody',
    {
      status: text<CustodyStatus>().must,
      /** NOMIS code of a real establishment; pseudo-locations (`OUT`, `TRN`) are never establishments. */
      establishment: organisation(),
      establishmentName: organisationName(),
      /** Supplier's own words, e.g. `ACTIVE IN`. */
      rawStatus: text(),
      since: date(),
      /** Received into prison at the start of the term. */
      receivedOn: date(),
      /** Admitted to the establishment that holds, or last held, the person. */
      admittedOn: date(),
      bookingNumber: text(),
      /** The last movement: `ADM`, `REL`, `TRN`, `CRT`, `TAP`. */
      movementType: text(),
      movementReason: text(),
      movedOn: date(),
      cell: text(),
      legalStatus: text(),
      /** `Convicted` or `Remand`. */
      convictedStatus: text(),
      recalled: flag(),
      /** Security category, e.g. `B`. */
      category: text(),
      /** Cell sharing risk assessment. */
      csra: text(),
      /** `low`, `medium`, `high`; assessed for women. */
      complexityOfNeed: text(),
      /** The last real establishment; the present one where the person is held. */
      lastEstablishment: organisation(),
      previousEstablishment: organisation(),
      leftPreviousOn: date(),
      /** Where somebody is who is out for a while, or in hospital. */
      destinationKind: text<DestinationKind>(),
      destinationPlace: text(),
      destinationName: text(),
      restrictedPatient: flag(),
      /** The prison that answers for a restricted patient. */
      supportingEstablishment: organisation(),
      /** Says where somebody is now and nothing else: booking, legal status and class stand as last stated. */
      partial: aside<true>(),
    },
    BY_PRISONS,
    {
      worked: ({ status, establishment, partial, ...stated }, { system }) => ({
        lead: LEAD[system],
        ...(partial && leftBehind(stated)),
        // Somebody released is held nowhere, whatever the document still says.
        ...(!HELD.includes(status) && (partial ?? establishment) && { establishment_code: null }),
      }),
      workedColumns: ['lead'],
    },
  ),
  movements: many(
    'movement',
    ['occurredAt', 'occurredOn', 'type', 'reason', 'fromPlace', 'toPlace'],
    {
      occurredAt: instant(),
      /** Where only the day is known. */
      occurredOn: date(),
      type: text().must,
      reason: text(),
      reasonDescription: text(),
      direction: text<'IN' | 'OUT'>(),
      /** Codes of places as received, of whatever kind. */
      fromPlace: text(),
      fromKind: text<PlaceKind>(),
      toPlace: text(),
      toKind: text<PlaceKind>(),
      bookingNumber: text(),
    },
    BY_PRISONS,
    {
      worked: ({ occurredAt, occurredOn, fromPlace, toPlace }) => ({
        moved_at: occurredAt ?? occurredOn ?? '-infinity',
        ...(isPseudo(fromPlace) && { from_kind: fromPlace.trim().toUpperCase() }),
        ...(isPseudo(toPlace) && { to_kind: toPlace.trim().toUpperCase() }),
      }),
      workedColumns: ['moved_at'],
    },
  ),
  alerts: many(
    'alert',
    // One code may be opened and closed more than once.
    ['code', 'since', 'active'],
    {
      code: text().must,
      type: text(),
      description: text(),
      since: date(),
      until: date(),
      active: flag().must,
    },
    BY_PRISONS,
  ),
}

/** NOMIS keeps those outside and those on the road at places that do not exist, whatever the sender calls them. */
function isPseudo(place: string | undefined): place is string {
  return place !== undefined && /^(OUT|TRN)$/i.test(place.trim())
}

/** What is true of where somebody is: of the place before it stands only what is stated again. */
function leftBehind(stated: {
  readonly rawStatus?: string
  readonly since?: string
  readonly movementType?: string
  readonly movementReason?: string
  readonly movedOn?: string
  readonly cell?: string
  readonly destinationKind?: DestinationKind
  readonly supportingEstablishment?: string
}): Row {
  return {
    raw_status: stated.rawStatus ?? null,
    since: stated.since ?? null,
    movement_type: stated.movementType ?? null,
    movement_reason: stated.movementReason ?? null,
    moved_on: stated.movedOn ?? null,
    cell: stated.cell ?? null,
    destination_kind: stated.destinationKind ?? null,
    destination_place: null,
    destination_name: null,
    restricted_patient: null,
    supporting_establishment_code: stated.supportingEstablishment ?? null,
  }
}
