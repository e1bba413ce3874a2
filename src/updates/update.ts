import type { ItemErrorCode, WarningCode } from './codes'
import type { SourceSystem } from './facts/declare'
import type { FactOf, Facts } from './facts'

export type { ItemErrorCode, WarningCode } from './codes'
export type { SourceSystem } from './facts/declare'
export type { FactKind, Facts } from './facts'
export type { LimitationsFact, LimitedParty } from './facts/access'
export type { IdentifierType } from '../domain/identifiers'
export type { AllocationRole } from './facts/allocation'
export type { AddressStatus, ContactPointType } from './facts/contact'
export type { CustodyStatus } from './facts/custody'
export type { RegisterEntry } from './facts/registers'
export type { AssessmentStatus, OtherRiskArea, RoshLevel, SelfRiskArea } from './facts/risk'

export type PersonFact = FactOf<'person'>
export type StatedIdentifier = FactOf<'identifiers'>[number]
export type AliasFact = FactOf<'aliases'>[number]
export type CustodyFact = FactOf<'custody'>
export type MovementFact = FactOf<'movements'>[number]
export type AlertFact = FactOf<'alerts'>[number]
export type KeyDateFact = FactOf<'keyDates'>[number]
export type OffenceFact = FactOf<'offences'>[number]
export type ImprisonmentFact = FactOf<'imprisonment'>
export type ProbationStatusFact = FactOf<'probationStatus'>
export type AddressFact = FactOf<'addresses'>[number]
export type ContactPointFact = FactOf<'contactPoints'>[number]
export type BarrierFact = FactOf<'barriers'>[number]
export type AllocationFact = FactOf<'allocations'>[number]
export type RegistrationFact = FactOf<'registration'>
export type LimitationFlagsFact = FactOf<'limitationFlags'>
export type AssessmentFact = FactOf<'assessment'>
export type RoshFact = FactOf<'rosh'>
export type AssessmentAuthorFact = FactOf<'assessmentAuthor'>
export type PredictorFact = FactOf<'predictors'>[number]
export type SelfRiskFact = FactOf<'selfRisks'>[number]
export type OtherRiskFact = FactOf<'otherRisks'>[number]
export type SectionFact = FactOf<'sections'>[number]
export type SectionScoreFact = FactOf<'sectionScores'>[number]
export type EventFact = FactOf<'event'>
export type LimitationChangeFact = FactOf<'limitationChange'>

/**
 * What a supplier states, in our own terms. Supplier payloads and our typed inputs both become this,
 * and nothing else is applied. A fact that is present replaces what the same record stated before;
 * a fact that is absent was not stated.
 */
export interface Update {
  /** Makes the person known where nobody fits (contract: `prisoner-search` and `probation-search`). */
  readonly createsPerson: boolean
  /** Brings together people who are known as several: a notice of a merge is about whichever of them is known. */
  readonly joins?: boolean
  /** Identifiers that say whose record this is, where the records do not say it themselves. */
  readonly person: readonly StatedIdentifier[]
  readonly records: readonly RecordStatement[]
  readonly warnings: readonly Warning[]
}

export interface Warning {
  readonly code: WarningCode
  readonly message: string
}

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

/** A payload that cannot, or must not, be turned into an update: the whole of it is kept for a data steward. */
export class Unreadable extends Error {
  constructor(
    message: string,
    readonly path: string = '',
    /** `UNREADABLE`, or what a person is to decide. */
    readonly code: ItemErrorCode = 'UNREADABLE',
  ) {
    super(message)
    this.name = 'Unreadable'
  }
}
