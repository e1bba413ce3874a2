import { COM, COORDINATOR, POM_LEEDS } from '../askers'
import type { Chapter, Step } from '../story'

function advance(state: string, says: string, reasons?: string): Step {
  const more = reasons === undefined ? '' : `, reasons: "${reasons}"`
  return {
    says,
    by: COORDINATOR,
    asks: `
mutation AdvanceMappaReferral {
  advanceMappaReferral(referral: "‹referral›", state: ${state}${more}) {
    referral { state steps { state reasons by { role agency } } }
  }
}`,
  }
}

export const REFERRAL: Chapter = {
  title: 'Referral to level 2',
  steps: [
    {
      says: 'The prison asks the area for management at level 2. The area is that of the agency that holds the case; N02 works in several, so it is named.',
      by: POM_LEEDS,
      asks: `
mutation ReferToMappa {
  referToMappa(input: {
    offender: { prisonNumber: "‹prison number›" }, level: 2, category: 1, area: "WEST_YORKSHIRE"
    reasons: "Test text: release needs police, probation and prison to agree one plan."
  }) {
    referral { id area level state referredBy { role agency } }
  }
}`,
      keeps: { referral: 'data.referToMappa.referral.id' },
    },
    {
      says: 'The area’s agencies are told. The community offender manager has it in the inbox, as the contact of their agency.',
      by: COM,
      asks: `
query Inbox {
  notices(toMe: true) {
    nodes { notice { kind agency capacities contact { name } } offender { name { family } } }
  }
}`,
    },
    advance('RECEIVED', 'The coordinator receives it …'),
    advance('SCREENED', '… screens it …', 'Test text: high risk of serious harm to children.'),
    advance(
      'ACCEPTED',
      '… and accepts it. What level he is managed at is not decided by that.',
      'Test text: formal meetings will add value.',
    ),
  ],
}
