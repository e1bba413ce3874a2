/** The part of the schema that the three questions ask of. */
export const SDL = /* GraphQL */ `
  scalar Date
  scalar DateTime
  scalar Revision
  input OffenderRef {
    id: ID
  }
  input AsOf {
    revision: Revision
  }
  input OffenderFilter {
    allocatedTo: String
  }
  type Query {
    offender(by: OffenderRef!, asOf: AsOf): Offender
    offenders(where: OffenderFilter, first: Int, after: String): Offenders
  }
  type Offenders {
    nodes: [Offender!]
    pageInfo: PageInfo!
  }
  type PageInfo {
    hasNextPage: Boolean
    endCursor: String
  }
  type Offender {
    id: ID!
    name: Name
    dateOfBirth: Date
    identifiers: [Identifier!]
    custody: Custody
    allocations: [Allocation!]
    keyDates: [KeyDate!]
    alerts: [Alert!]
    risk: Risk
    mappa: Mappa
    withheld: [Withheld!]
  }
  type Withheld {
    field: String
    group: String
    reason: String
  }
  type Name {
    given: String
    family: String
  }
  type Identifier {
    type: String
    value: String
    valid: Boolean
    source: Source
  }
  type Source {
    system: String
    agency: String
    recordedAt: DateTime
  }
  type Organisation {
    code: String
    name: String
    type: String
  }
  type Custody {
    status: String
    establishment: Organisation
    since: Date
  }
  type Allocation {
    role: String
    officerName: String
    organisation: Organisation
    since: Date
  }
  type KeyDate {
    type: String
    date: Date
  }
  type Alert {
    code: String
    description: String
    since: Date
  }
  type Risk {
    state: String
    latest: Assessment
    history(first: Int, after: String): Assessments
  }
  type Assessments {
    nodes: [Assessment!]
    pageInfo: PageInfo!
  }
  type Assessment {
    id: ID!
    tool: String
    status: String
    completedAt: DateTime
    rosh: Rosh
    predictors: [Predictor!]
  }
  type Rosh {
    overall: String
    community: Community
    custody: InCustody
    whoIsAtRisk: String
    natureOfRisk: String
  }
  type Community {
    children: String
    public: String
    knownAdult: String
    staff: String
  }
  type InCustody {
    children: String
    public: String
    knownAdult: String
    staff: String
    prisoners: String
  }
  type Predictor {
    name: String
    version: String
    score: Float
    band: String
  }
  type Mappa {
    registration: Level
    conflict: [Level!]
    decisions(first: Int): Decisions
  }
  type Level {
    system: String
    category: Int
    level: Int
    levelStatus: String
    leadAgency: String
    since: Date
    nextReviewOn: Date
    recordedAt: DateTime
  }
  type Decisions {
    nodes: [MappaLevelDecision!]
    pageInfo: PageInfo!
  }
  type MappaLevelDecision {
    id: ID!
    revision: Revision
    category: Int
    fromLevel: Int
    toLevel: Int
    levelStatus: String
    effectiveOn: Date
    nextReviewOn: Date
    rationale: String
    assessments: [Cited!]
    decidedAt: DateTime
    decidedBy: Maker
    communications: [Communication!]
  }
  type Cited {
    id: ID!
    tool: String
    completedAt: DateTime
  }
  type Maker {
    name: String
    role: String
    agency: String
  }
  type Communication {
    agency: String
    sentAt: DateTime
    acknowledgedAt: DateTime
    acknowledgedBy: String
  }
`
