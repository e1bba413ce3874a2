import { COM, COORDINATOR, POLICE, POM_LEEDS } from '../askers'
import type { Asker, Chapter, Step } from '../story'

export const DECISION: Chapter = {
  title: 'What the meeting decided',
  steps: [
    {
      says: 'The level is a decision of its own on the record: with its reasons, the assessment it rests on, the referral it follows and the day of its review. The gateway warns of what the decision-maker should know, here that the prison’s register says otherwise, and tells whom it concerns.',
      by: COORDINATOR,
      asks: `
mutation RecordMappaLevel {
  recordMappaLevel(input: {
    offender: { crn: "‹crn›" }, category: 1, level: 2, levelStatus: CONFIRMED
    effectiveOn: "‹today›", nextReviewOn: "‹today+56›", forum: LEVEL_2_MEETING
    rationale: "Test text: three agencies have actions that depend on each other."
    criteria: ["FORMAL_MEETINGS_ADD_VALUE", "HIGH_OR_VERY_HIGH_ROSH"]
    assessments: ["‹assessment›"], referral: "‹referral›", leadAgency: "N02"
  }) {
    decision {
      id fromLevel toLevel area referral
      assessments { tool }
      communications { id agency capacities openedBy acknowledgedBy }
    }
    warnings { code message }
  }
}`,
      keeps: {
        decision: 'data.recordMappaLevel.decision.id',
        'notice to the police': 'data.recordMappaLevel.decision.communications[agency=POL-WEST-YORKSHIRE].id',
      },
    },
    {
      says: 'The meeting’s own decision points to it, and keeps the view that differed.',
      by: COORDINATOR,
      asks: `
mutation RecordMappaMeetingDecision {
  recordMappaMeetingDecision(input: {
    meeting: "‹meeting›", offender: { crn: "‹crn›" }, levelDecision: "‹decision›"
    decision: "Test text: manage at level 2 until after release."
    rationale: "Test text: the plan depends on the prison before release and on the police after it."
    dissent: [{ agency: "LEI", view: "Test text: level 1 would do in view of his conduct." }]
  }) {
    meeting { offenders { decisions { decision levelDecision { toLevel } dissent { agency view } } } }
  }
}`,
    },
    {
      says: 'The risk management plan has actions, each with an owner and a day.',
      by: COORDINATOR,
      asks: `
mutation AgreeRiskManagementPlan {
  agreeRiskManagementPlan(input: {
    meeting: "‹meeting›", offender: { crn: "‹crn›" }
    plan: "Test text: approved premises, exclusion zone, weekly reporting."
    rationale: "Test text: he may seek contact through others."
    actions: [
      { action: "Test text: book approved premises.", ownerAgency: "N02", due: "‹today+60›" }
      { action: "Test text: visit the address of the family.", ownerAgency: "POL-WEST-YORKSHIRE", due: "‹today+70›" }
    ]
  }) {
    meeting { offenders { riskManagementPlans { plan actions { id action ownerAgency dueOn doneAt } } } }
  }
}`,
      keeps: {
        'action of probation':
          'data.agreeRiskManagementPlan.meeting.offenders.0.riskManagementPlans.0.actions[ownerAgency=N02].id',
      },
    },
    {
      says: 'Disclosure to third parties is decided one by one. That somebody is told is put on record …',
      by: COORDINATOR,
      asks: `
mutation RecordMappaDisclosure {
  recordMappaDisclosure(input: {
    meeting: "‹meeting›", offender: { crn: "‹crn›" }, outcome: DISCLOSE
    recipient: "Test text: the manager of the approved premises"
    content: "Test text: that he must not be alone with children."
    conditions: ["Test text: to be told to staff on duty alone."]
    rationale: "Test text: necessary to keep visiting families safe.", discloser: "Com Testofficer"
  }) {
    meeting { offenders { disclosureDecisions { outcome recipient conditions } } }
  }
}`,
    },
    {
      says: '… and so is that somebody is not, with why.',
      by: COORDINATOR,
      asks: `
mutation RecordMappaDisclosure {
  recordMappaDisclosure(input: {
    meeting: "‹meeting›", offender: { crn: "‹crn›" }, outcome: DO_NOT_DISCLOSE
    recipient: "Test text: a possible employer"
    content: "Test text: the offence."
    rationale: "Test text: the work brings no contact with children; disclosure would not be proportionate."
  }) {
    meeting { offenders { disclosureDecisions { outcome recipient rationale } } }
  }
}`,
    },
    {
      says: 'With minutes the meeting can be closed.',
      by: COORDINATOR,
      asks: `
mutation MinuteAndClose {
  recordMappaMinutes(input: {
    meeting: "‹meeting›", reference: "WY/TEST/1", formCode: "C", title: "Minutes", guidanceEdition: "2022"
  }) {
    meeting { minutes { reference formCode guidanceEdition } }
  }
  closeMappaMeeting(meeting: "‹meeting›") {
    meeting { state }
  }
}`,
    },
    {
      says: 'Each agency opens what it was told. Until a named person has, the decision is not communicated.',
      by: POLICE,
      asks: `
mutation OpenNotice {
  openNotice(notice: "‹notice to the police›") {
    notice { notice { agency openedBy acknowledgedBy } decision { toLevel communicated } }
  }
}`,
    },
    acknowledge(POLICE, 'The police acknowledge it …'),
    acknowledge(COM, '… probation does …'),
    acknowledge(POM_LEEDS, '… and the prison.'),
    {
      says: 'From the referral the way leads to the decision that followed it.',
      by: COORDINATOR,
      asks: `
query WhatFollowed {
  offender(by: { crn: "‹crn›" }) {
    mappa {
      registration { level levelStatus nextReviewOn reviewOverdue }
      conflict { system level levelStatus }
      referrals { state decision { id toLevel } }
    }
  }
}`,
    },
  ],
}

function acknowledge(by: Asker, says: string): Step {
  return {
    says,
    by,
    asks: `
mutation AcknowledgeMappaLevel {
  acknowledgeMappaLevel(decision: "‹decision›") {
    decision { communications { agency acknowledgedBy } }
  }
}`,
  }
}
