import type {
  AllocationRole,
  AssessmentStatus,
  CustodyStatus,
  Facts,
  LimitedParty,
  RegisterEntry,
  RoshFact,
  RoshLevel,
} from './update'

/** The typed inputs of `pushCaseUpdates` as GraphQL coerces them (schema/updates.graphql). */
export interface CaseFact {
  readonly prisonRecord?: PrisonRecord
  readonly probationRecord?: ProbationRecord
  readonly mappaRegistration?: MappaRegistration
  readonly assessment?: Assessment
  readonly registerEntry?: RegisterEntryInput
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

/** The parts that are named like their facts are these facts. */
export interface Assessment extends Pick<
  Facts,
  'assessmentAuthor' | 'selfRisks' | 'otherRisks' | 'sections' | 'sectionScores' | 'predictors'
> {
  readonly localId: string
  readonly tool: string
  readonly status: AssessmentStatus
  readonly initiatedAt?: string
  readonly completedAt?: string
  readonly priority?: string
  readonly rosh?: RoshFact & {
    readonly community?: Readonly<Record<string, RoshLevel>>
    readonly custody?: Readonly<Record<string, RoshLevel>>
  }
}

export interface RegisterEntryInput extends Omit<RegisterEntry, 'active'> {
  readonly active?: boolean
  readonly registrationId: string
  readonly deleted: boolean
}

export interface AccessLimitations {
  readonly exclusions: readonly LimitedParty[]
  readonly restrictions: readonly LimitedParty[]
  readonly exclusionMessage?: Maybe<string>
  readonly restrictionMessage?: Maybe<string>
}
