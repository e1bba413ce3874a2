import { COM, COORDINATOR, PROTECTION_OFFICER } from '../askers'
import type { Chapter } from '../story'

export const REVIEW: Chapter = {
  title: 'Review',
  steps: [
    {
      says: 'A second meeting reviews the case. What the first one decided is in its pack, with the action that is still open.',
      by: COORDINATOR,
      asks: `
mutation ScheduleMappaMeeting {
  scheduleMappaMeeting(input: {
    level: 2, at: "‹now›", offenders: [{ crn: "‹crn›" }]
    invitations: [{ agency: "N02" }, { agency: "POL-WEST-YORKSHIRE" }]
  }) {
    meeting { id state }
  }
}`,
      keeps: { 'second meeting': 'data.scheduleMappaMeeting.meeting.id' },
    },
    {
      says: 'Frozen, it reads:',
      by: COORDINATOR,
      asks: `
mutation FreezeMappaMeeting {
  freezeMappaMeeting(meeting: "‹second meeting›") {
    meeting {
      state
      offenders { missingContributions { agency invited } }
    }
  }
}`,
    },
    {
      says: 'The assessments, the newest first, the levels by every register and what the first meeting left:',
      by: COORDINATOR,
      asks: `
query SecondPack {
  mappaMeetingSummary(meeting: "‹second meeting›") {
    cases {
      levels { level levelStatus source { system } }
      offender {
        custody { status }
        risk { latest { id rosh { overall } } }
        mappa {
          meetingDecisions { decision dissent { agency } }
          actionsOutstanding { action ownerAgency dueOn }
          disclosureDecisions { outcome recipient }
        }
      }
    }
  }
}`,
      keeps: { 'new assessment': 'data.mappaMeetingSummary.cases.0.offender.risk.latest.id' },
    },
    {
      says: 'It is held.',
      by: COORDINATOR,
      asks: `
mutation HoldMappaMeeting {
  holdMappaMeeting(input: {
    meeting: "‹second meeting›", heldAt: "‹now›", chair: { name: "Test Chair", agency: "POL-WEST-YORKSHIRE" }
    attendance: [{ agency: "N02", state: ATTENDED }, { agency: "POL-WEST-YORKSHIRE", state: ATTENDED }]
  }) {
    meeting { state }
  }
}`,
    },
    {
      says: 'The level is brought down. No prison holds him now, and the record says that this is why none was told.',
      by: COORDINATOR,
      asks: `
mutation RecordMappaLevel {
  recordMappaLevel(input: {
    offender: { crn: "‹crn›" }, category: 1, level: 1, levelStatus: CONFIRMED
    effectiveOn: "‹today›", nextReviewOn: "‹today+110›", forum: LEVEL_2_MEETING
    rationale: "Test text: settled in approved premises; probation can manage the risk with the police."
    criteria: ["LEAD_AGENCY_CAN_MANAGE"], assessments: ["‹new assessment›"], leadAgency: "N02"
  }) {
    decision {
      id fromLevel toLevel
      communications { agency capacities }
      notAddressed { capacities notApplicable }
    }
    warnings { code }
  }
}`,
      keeps: { 'second decision': 'data.recordMappaLevel.decision.id' },
    },
    {
      says: 'The meeting is minuted and closed.',
      by: COORDINATOR,
      asks: `
mutation MinuteAndClose {
  recordMappaMeetingDecision(input: {
    meeting: "‹second meeting›", offender: { crn: "‹crn›" }, levelDecision: "‹second decision›"
    decision: "Test text: level 1 from today.", rationale: "Test text: no meeting would add value now."
  }) {
    meeting { state }
  }
  recordMappaMinutes(input: {
    meeting: "‹second meeting›", reference: "WY/TEST/2", formCode: "C", title: "Minutes", guidanceEdition: "2022"
  }) {
    meeting { minutes { reference } }
  }
  closeMappaMeeting(meeting: "‹second meeting›") {
    meeting { state }
  }
}`,
    },
    {
      says: 'Nothing was overwritten: the decisions stand one after the other, each with its reasons.',
      by: COM,
      asks: `
query Decisions {
  offender(by: { crn: "‹crn›" }) {
    mappa {
      registration { level nextReviewOn }
      decisions { nodes { fromLevel toLevel rationale communicated communications { agency acknowledgedBy } } }
    }
  }
}`,
    },
  ],
}

export const JOURNAL: Chapter = {
  title: 'Who saw what',
  steps: [
    {
      says: 'Every answer above left after its entry in the journal. The data protection officer asks who looked at him, the newest first; who was shown nothing is among them.',
      by: PROTECTION_OFFICER,
      asks: `
query WhoViewed {
  disclosures(where: { offender: { crn: "‹crn›" }, kind: "DISCLOSURE" }, first: 100) {
    nodes { viewer { subject } operation outcome }
  }
}`,
    },
    {
      says: 'That the police officer asked for the pack before accepting the statement is on record too.',
      by: PROTECTION_OFFICER,
      asks: `
query Refused {
  disclosures(where: { viewer: "panel.police", kind: "REFUSAL" }, first: 1) {
    nodes { viewer { subject } operation outcome }
  }
}`,
    },
  ],
}
