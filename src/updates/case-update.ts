import type { AllocationRole, AssessmentStatus, CustodyStatus, LimitedParty, RoshLevel } from './update'

/** The typed inputs of `pushCaseUpdates` as GraphQL coerces them (schema/updates.graphql). */
export interface CaseFact {
  readonly prisonRecord?: PrisonRecord
  readonly probationRecord?: ProbationRecord
  readonly mappaRegistration?: MappaRegistration
  readonly assessment?: Assessment
  readonly accessLimitations?: AccessLimitations
}

type Maybe<T> = T | null | undefined

export interface Person {
  readonly title?: Maybe<string>
  readonly given?: Maybe<string>
  readonly middle?: Maybe<string>
  readonly family?: Maybe<string>
  readonly dateOfBirth?: Maybe<string>
  readonly sex?: Maybe<string>
}

export interface PrisonRecord {
  readonly prisonNumber: string
  readonly pnc?: Maybe<string>
  readonly cro?: Maybe<string>
  readonly person: Person
  readonly custody?: Maybe<{
    readonly status: CustodyStatus
    readonly establishment?: Maybe<string>
    readonly since?: Maybe<string>
    readonly cell?: Maybe<string>
    readonly legalStatus?: Maybe<string>
  }>
  readonly alerts?: Maybe<
    readonly {
      readonly code: string
      readonly type?: Maybe<string>
      readonly description?: Maybe<string>
      readonly since?: Maybe<string>
    }[]
  >
  readonly keyDates?: Maybe<readonly { readonly type: string; readonly date: string }[]>
  readonly allocations?: Maybe<readonly Allocation[]>
}

export interface ProbationRecord {
  readonly crn: string
  readonly prisonNumber?: Maybe<string>
  readonly pnc?: Maybe<string>
  readonly cro?: Maybe<string>
  readonly person: Person
  readonly allocations?: Maybe<readonly Allocation[]>
}

export interface Allocation {
  readonly role: AllocationRole
  readonly staffCode?: Maybe<string>
  readonly officerName?: Maybe<string>
  readonly organisation?: Maybe<string>
  readonly team?: Maybe<string>
  readonly since?: Maybe<string>
  readonly until?: Maybe<string>
}

export interface MappaRegistration {
  readonly ended?: Maybe<boolean>
  readonly category?: Maybe<number>
  readonly level?: Maybe<number>
  readonly leadAgency?: Maybe<string>
  readonly since?: Maybe<string>
  readonly nextReviewOn?: Maybe<string>
  readonly organisation?: Maybe<string>
  readonly notes?: Maybe<string>
}

export interface Assessment {
  readonly localId: string
  readonly tool: string
  readonly status: AssessmentStatus
  readonly initiatedAt?: Maybe<string>
  readonly completedAt?: Maybe<string>
  readonly rosh?: Maybe<{
    readonly overall?: Maybe<RoshLevel>
    readonly community?: Maybe<Readonly<Record<string, Maybe<RoshLevel>>>>
    readonly custody?: Maybe<Readonly<Record<string, Maybe<RoshLevel>>>>
    readonly whoIsAtRisk?: Maybe<string>
    readonly natureOfRisk?: Maybe<string>
    readonly riskImminence?: Maybe<string>
    readonly riskIncreaseFactors?: Maybe<string>
    readonly riskMitigationFactors?: Maybe<string>
  }>
  readonly predictors?: Maybe<
    readonly {
      readonly name: string
      readonly version?: Maybe<string>
      readonly score?: Maybe<number>
      readonly band?: Maybe<string>
    }[]
  >
}

export interface AccessLimitations {
  readonly exclusions: readonly LimitedParty[]
  readonly restrictions: readonly LimitedParty[]
  readonly exclusionMessage?: Maybe<string>
  readonly restrictionMessage?: Maybe<string>
}
