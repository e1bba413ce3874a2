import { COORDINATOR, PANEL, POM_LEEDS } from '../askers'
import type { Chapter } from '../story'

/** What everybody who attends reads of the case. */
export const PACK = `
query Pack {
  mappaMeetingSummary(meeting: "‹meeting›") {
    marking
    freeze
    cases {
      levels { category level levelStatus source { system } }
      changedSince { field }
      offender {
        name { given family }
        custody { establishment { name } }
        risk { history { nodes { tool rosh { overall whoIsAtRisk } } } }
        mappa {
          referrals { state level reasons }
          contributions { agency contribution }
        }
      }
    }
  }
}`

export const MEETING: Chapter = {
  title: 'The meeting',
  steps: [
    {
      says: 'The coordinator calls a level 2 meeting and invites the prison, the officer who manages the case, and a named police officer.',
      by: COORDINATOR,
      asks: `
mutation ScheduleMappaMeeting {
  scheduleMappaMeeting(input: {
    level: 2, at: "‹now›", offenders: [{ crn: "‹crn›" }]
    invitations: [
      { agency: "LEI" }
      { agency: "N02", subject: "com.testofficer" }
      { agency: "POL-WEST-YORKSHIRE", subject: "panel.police" }
    ]
  }) {
    meeting { id level area state invitations { agency subject } }
  }
}`,
      keeps: { meeting: 'data.scheduleMappaMeeting.meeting.id' },
    },
    {
      says: 'The prison contributes what it knows, for it alone speaks for itself. Who has said nothing yet stays in sight.',
      by: POM_LEEDS,
      asks: `
mutation ContributeToMappaMeeting {
  contributeToMappaMeeting(input: {
    meeting: "‹meeting›", offender: { prisonNumber: "‹prison number›" }
    contribution: "Test text: good conduct; no contact with children in custody; refuses the programme."
  }) {
    meeting { offenders { contributions { agency role } missingContributions { agency invited } } }
  }
}`,
    },
    {
      says: 'The pack is frozen: from here on everybody reads the same state of the record.',
      by: COORDINATOR,
      asks: `
mutation FreezeMappaMeeting {
  freezeMappaMeeting(meeting: "‹meeting›") {
    meeting { state freezes { number } }
  }
}`,
    },
    {
      says: 'The police officer, who sees nothing of anybody by default, asks for it too early.',
      by: PANEL,
      asks: PACK,
    },
    {
      says: 'Whoever attends accepts the confidentiality statement first.',
      by: PANEL,
      asks: `
query Statement {
  mappaConfidentialityStatement { edition text }
}`,
      keeps: { edition: 'data.mappaConfidentialityStatement.edition' },
    },
    {
      says: 'By that it is on record who was told what is asked of them, in which edition.',
      by: PANEL,
      asks: `
mutation AcceptMappaConfidentiality {
  acceptMappaConfidentiality(meeting: "‹meeting›", edition: "‹edition›") {
    meeting { state }
  }
}`,
    },
    {
      says: 'Then the pack is theirs.',
      by: PANEL,
      asks: PACK,
    },
    {
      says: 'The coordinator sees who accepted, and that limited access keeps nobody from the case (`barredFrom`). `roles` would tell what each lacks by policy.',
      by: COORDINATOR,
      asks: `
query Attendees {
  mappaMeetingSummary(meeting: "‹meeting›") {
    attendees { agency subject acceptedBy barredFrom }
  }
}`,
    },
    {
      says: 'The meeting is held.',
      by: COORDINATOR,
      asks: `
mutation HoldMappaMeeting {
  holdMappaMeeting(input: {
    meeting: "‹meeting›", heldAt: "‹now›"
    chair: { name: "Test Chair", agency: "POL-WEST-YORKSHIRE" }
    attendance: [
      { agency: "LEI", name: "Test Manager", state: ATTENDED }
      { agency: "N02", name: "Com Testofficer", state: ATTENDED }
      { agency: "POL-WEST-YORKSHIRE", name: "Test Police", state: ATTENDED }
    ]
  }) {
    meeting { state chair { name agency } attendance { agency state } }
  }
}`,
    },
  ],
}
