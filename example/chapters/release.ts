import { COM, COORDINATOR, PANEL, POM_LEEDS, POM_MOORLAND, PRISON, PROBATION } from '../askers'
import type { Chapter } from '../story'
import { PACK } from './meeting'
import { assessment, prisonRecord } from './reception'

const MOORLAND = { prisonId: 'MDI', prisonName: 'Moorland (HMP)' }

export const TRANSFER: Chapter = {
  title: 'Transfer',
  steps: [
    {
      says: 'He is moved to Moorland.',
      by: PRISON,
      pushes: { format: 'prisoner-search', document: prisonRecord(MOORLAND) },
    },
    {
      says: 'The decision is addressed to the prison that holds him now. Its offender manager sees the case from then on, and acknowledges the decision.',
      by: POM_MOORLAND,
      asks: `
mutation AcknowledgeMappaLevel {
  acknowledgeMappaLevel(decision: "‹decision›") {
    decision { toLevel rationale communications { agency acknowledgedBy } }
  }
}`,
    },
    {
      says: 'The prison that let him go sees nothing of him any more. It cannot tell that from a person who is not there.',
      by: POM_LEEDS,
      asks: `
query CaseInPrison {
  offender(by: { prisonNumber: "‹prison number›" }) { name { family } }
}`,
    },
  ],
}

export const RELEASE: Chapter = {
  title: 'Release',
  steps: [
    {
      says: 'The plan for his release and where he will live; then the licence.',
      by: PROBATION,
      asks: `
mutation PushCaseUpdates {
  pushCaseUpdates(input: { updates: [
    { person: { crn: "‹crn›" }, fact: { releasePlan: {
      status: "AGREED", plannedReleaseOn: "‹today›", preparedOn: "‹today-30›", homeArea: "West Yorkshire"
    } } }
    { person: { crn: "‹crn›" }, fact: { accommodation: [
      { type: "APPROVED_PREMISES", status: "BOOKED", approved: true, confirmedOn: "‹today-30›", since: "‹today›" }
    ] } }
    { person: { crn: "‹crn›" }, fact: { licence: {
      localId: "‹licence›", type: "AP", kind: "CRD", status: "APPROVED", startsOn: "‹today›", expiresOn: "‹today+600›"
      conditions: [
        { type: AP, kind: "ADDITIONAL", code: "test-1", category: "Residence at a specific place"
          text: "Test text: reside at the approved premises." }
        { type: AP, kind: "ADDITIONAL", code: "test-2", category: "Freedom of movement", exclusionZone: true
          text: "Test text: not to enter the zone." }
      ]
    } } }
  ] }) {
    results { outcome errors { code path } warnings { code } }
  }
}`,
    },
    {
      says: 'A new assessment comes in before release.',
      by: PROBATION,
      pushes: {
        format: 'rosh-summary',
        document: assessment('‹second assessment number›', '‹today-1›', {
          children: 'Medium',
          public: 'Medium',
        }),
      },
    },
    {
      says: 'Who plans the release reads the risk over time, and what was recorded for the day of release.',
      by: POM_MOORLAND,
      asks: `
query RiskHistoryAndRelease {
  offender(by: { prisonNumber: "‹prison number›" }) {
    risk { history { nodes { number completedAt rosh { overall community { children public } } } } }
    release {
      plans { status plannedReleaseOn homeArea }
      accommodation { type status approved }
      licences { status startsOn conditions { category text exclusionZone } }
    }
  }
}`,
    },
    {
      says: 'The pack of the meeting stays what the meeting read, and names what has changed since.',
      by: PANEL,
      asks: PACK,
    },
    {
      says: 'He is released.',
      by: PRISON,
      pushes: {
        format: 'prisoner-search',
        document: prisonRecord({
          status: 'INACTIVE OUT',
          inOutStatus: 'OUT',
          prisonId: 'OUT',
          prisonName: 'Outside',
          lastMovementTypeCode: 'REL',
          lastMovementReasonCode: 'CR',
          confirmedReleaseDate: '‹today›',
        }),
      },
    },
    {
      says: 'Probation has done what it was given to do.',
      by: COM,
      asks: `
mutation CompleteMappaAction {
  completeMappaAction(meeting: "‹meeting›", action: "‹action of probation›", outcome: "Test text: booked.") {
    meeting { offenders { riskManagementPlans { actions { ownerAgency outcome doneBy { agency } } } } }
  }
}`,
    },
    {
      says: 'The coordinator sees where he is, and what is still to be done.',
      by: COORDINATOR,
      asks: `
query AfterRelease {
  offender(by: { crn: "‹crn›" }) {
    custody { status }
    mappa { registration { level } actionsOutstanding { action ownerAgency } }
  }
}`,
    },
  ],
}
