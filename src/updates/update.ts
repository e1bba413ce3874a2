/**
 * What a supplier states, in our own terms. Supplier payloads and our typed inputs both become this,
 * and nothing else is applied. A fact that is present replaces what the same record stated before;
 * a fact that is absent was not stated.
 */
export interface Update {
  /** Makes the person known where nobody fits (contract: `prisoner-search` and `probation-search`). */
  readonly createsPerson: boolean
  /** Identifiers that say whose record this is, where the records do not say it themselves. */
  readonly person: readonly StatedIdentifier[]
  readonly records: readonly RecordStatement[]
  readonly warnings: readonly Warning[]
}

export interface Warning {
  readonly code: string
  readonly message: string
}

export type SourceSystem = 'NOMIS' | 'DELIUS' | 'CRC' | 'OASYS'

/** One supplier record's statement. */
export interface RecordStatement {
  readonly system: SourceSystem
  /** The supplier's key of the record: prison number, CRN, assessment number. */
  readonly localId: string
  /** Organisation code that holds the record, where the document says so. */
  readonly agency?: string
  /** The event time inside the document; never a future or key date. ISO instant. */
  readonly eventAt?: string
  /** Comes before version and time in the order of statements: a complete assessment outranks an incomplete one. */
  readonly rank?: number
  readonly facts: Facts
}

/** The facts by kind. Kinds are what ownership and order are decided by. */
export interface Facts {
  readonly person?: PersonFact
  readonly identifiers?: readonly StatedIdentifier[]
  readonly aliases?: readonly AliasFact[]
  /** null: the record says that there is no custody episode. */
  readonly custody?: CustodyFact | null
  readonly alerts?: readonly AlertFact[]
  readonly keyDates?: readonly KeyDateFact[]
  readonly allocations?: readonly AllocationFact[]
  /** null: the register holds no entry. */
  readonly registration?: RegistrationFact | null
  readonly limitationFlags?: LimitationFlagsFact
  readonly limitations?: LimitationsFact
  readonly assessment?: AssessmentFact
  readonly rosh?: RoshFact
  readonly predictors?: readonly PredictorFact[]
  /** An empty timeline is a statement: nobody has assessed this person. */
  readonly assessmentsNone?: boolean
}

export type FactKind = keyof Facts

export type IdentifierType = 'PRISON_NUMBER' | 'CRN' | 'PNC' | 'CRO' | 'OTHER'

export interface StatedIdentifier {
  readonly type: IdentifierType
  /** As received. */
  readonly raw: string
  /** e.g. `MERGED` for a former prison number, `PREVIOUS` for a former CRN. */
  readonly qualifier?: string
}

export interface PersonFact {
  readonly title?: string
  readonly given?: string
  readonly middle?: string
  readonly family?: string
  /** ISO date. */
  readonly dateOfBirth?: string
  readonly sex?: string
}

export interface AliasFact {
  readonly given?: string
  readonly middle?: string
  readonly family?: string
  readonly dateOfBirth?: string
}

export type CustodyStatus =
  'IN_CUSTODY' | 'TEMPORARILY_OUT' | 'IN_TRANSFER' | 'IN_HOSPITAL' | 'RELEASED' | 'UNKNOWN'

export interface CustodyFact {
  readonly status: CustodyStatus
  /** NOMIS code of a real establishment; pseudo-locations (`OUT`, `TRN`) are never establishments. */
  readonly establishment?: string
  readonly establishmentName?: string
  /** Supplier's own words, e.g. `ACTIVE IN`. */
  readonly rawStatus?: string
  readonly since?: string
  readonly bookingNumber?: string
  readonly movementType?: string
  readonly movementReason?: string
  readonly cell?: string
  readonly legalStatus?: string
  /** The prison that answers for a restricted patient. */
  readonly supportingEstablishment?: string
}

export interface AlertFact {
  readonly code: string
  readonly type?: string
  readonly description?: string
  readonly since?: string
  readonly active: boolean
}

export interface KeyDateFact {
  /** e.g. `CRD`, `SED`, `CONFIRMED_RELEASE`. */
  readonly type: string
  readonly date: string
}

export type AllocationRole = 'POM' | 'COM' | 'OFFENDER_SUPERVISOR' | 'RESPONSIBLE_OFFICER'

export interface AllocationFact {
  readonly role: AllocationRole
  readonly staffCode?: string
  readonly officerName?: string
  /** Code of the organisation that holds the case through this officer. */
  readonly organisation?: string
  readonly organisationName?: string
  readonly team?: string
  readonly since?: string
  readonly until?: string
  /** A placeholder officer: the case is not allocated to anybody. */
  readonly unallocated: boolean
}

export interface RegistrationFact {
  /** 1 to 4; null while to be determined. */
  readonly category: number | null
  /** 1 to 3; null while to be confirmed. */
  readonly level: number | null
  readonly levelStatus: 'TBC' | 'CONFIRMED'
  /** Supplier's own words for level and category, e.g. `MAPPA Level 1`, or a NOMIS alert code. */
  readonly rawLevel?: string
  readonly rawCategory?: string
  readonly leadAgency?: string
  readonly since?: string
  readonly nextReviewOn?: string
  readonly team?: string
  readonly officerName?: string
  /** Probation provider that registered, e.g. `N02`. */
  readonly organisation?: string
  readonly notes?: string
}

/** What a probation document says about limited access without naming anybody. */
export interface LimitationFlagsFact {
  readonly excluded: boolean
  readonly restricted: boolean
  readonly exclusionMessage?: string
  readonly restrictionMessage?: string
}

export interface LimitationsFact {
  readonly exclusions: readonly LimitedParty[]
  readonly restrictions: readonly LimitedParty[]
  readonly exclusionMessage?: string
  readonly restrictionMessage?: string
}

/** Exactly one of the three is there. */
export interface LimitedParty {
  readonly username?: string
  readonly email?: string
  readonly organisation?: string
  /** ISO instants; half-open. */
  readonly since?: string
  readonly until?: string
}

export type AssessmentStatus = 'COMPLETE' | 'LOCKED_INCOMPLETE' | 'OPEN' | 'UNKNOWN'

export interface AssessmentFact {
  /** `OASYS_LAYER1`, `OASYS_LAYER3`, `OASYS_STANDALONE`, `RM2000`, …, `UNKNOWN`. */
  readonly tool: string
  readonly rawType?: string
  readonly status: AssessmentStatus
  readonly initiatedAt?: string
  readonly completedAt?: string
}

export type RoshLevel = 'LOW' | 'MEDIUM' | 'HIGH' | 'VERY_HIGH'

export interface RoshFact {
  readonly overall?: RoshLevel
  readonly communityChildren?: RoshLevel
  readonly communityPublic?: RoshLevel
  readonly communityKnownAdult?: RoshLevel
  readonly communityStaff?: RoshLevel
  readonly custodyChildren?: RoshLevel
  readonly custodyPublic?: RoshLevel
  readonly custodyKnownAdult?: RoshLevel
  readonly custodyStaff?: RoshLevel
  readonly custodyPrisoners?: RoshLevel
  readonly whoIsAtRisk?: string
  readonly natureOfRisk?: string
  readonly riskImminence?: string
  readonly riskIncreaseFactors?: string
  readonly riskMitigationFactors?: string
}

export interface PredictorFact {
  /** e.g. `RSR`, `OGRS3`, `OVP`. */
  readonly name: string
  readonly version?: string
  readonly score?: number
  /** As received, never re-banded; `NOT_APPLICABLE` is a band. */
  readonly band?: string
}

/** A payload that cannot be turned into an update: the whole of it is kept for a data steward. */
export class Unreadable extends Error {
  constructor(
    message: string,
    readonly path: string = '',
  ) {
    super(message)
    this.name = 'Unreadable'
  }
}
