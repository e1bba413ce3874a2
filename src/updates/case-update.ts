import type {
  AlertFact,
  AllocationFact,
  AssessmentStatus,
  CustodyFact,
  Facts,
  KeyDateFact,
  LimitedParty,
  PersonFact,
  RegisterEntry,
  RoshFact,
  RoshLevel,
} from './update'

/** The typed inputs of `pushCaseUpdates` that have readers of their own, as GraphQL coerces them. */
export interface CaseFact {
  readonly prisonRecord?: PrisonRecord
  readonly probationRecord?: ProbationRecord
  readonly mappaRegistration?: MappaRegistration
  readonly assessment?: Assessment
  readonly registerEntry?: RegisterEntryInput
  readonly accessLimitations?: AccessLimitations
}

type Maybe<T> = T | null | undefined

/** A fact as its input states it: what may be left out may be null too. */
type Input<T> = { readonly [K in keyof T]: undefined extends T[K] ? Maybe<T[K]> : T[K] }

export type Person = Input<PersonFact>
export type Allocation = Input<Omit<AllocationFact, 'unallocated'>>

export interface PrisonRecord {
  readonly prisonNumber: string
  readonly pnc?: Maybe<string>
  readonly cro?: Maybe<string>
  readonly person: Person
  readonly custody?: Maybe<Input<CustodyFact>>
  readonly alerts?: Maybe<readonly Input<Omit<AlertFact, 'active'>>[]>
  readonly keyDates?: Maybe<readonly Input<KeyDateFact>[]>
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
