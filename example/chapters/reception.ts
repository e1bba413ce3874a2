import { COM, POM_LEEDS, PRISON, PROBATION } from '../askers'
import type { Chapter } from '../story'

/** The prison’s document; what a later one says otherwise is put in its place. */
export function prisonRecord(more: object = {}): object {
  return {
    prisonerNumber: '‹prison number›',
    firstName: 'Jordan',
    lastName: 'Sample',
    dateOfBirth: '1975-05-06',
    gender: 'Male',
    status: 'ACTIVE IN',
    inOutStatus: 'IN',
    lastMovementTypeCode: 'ADM',
    receptionDate: '‹today-400›',
    prisonId: 'LEI',
    prisonName: 'Leeds (HMP)',
    legalStatus: 'SENTENCED',
    mainOffence: { offenceCode: 'SX03001', offenceDescription: 'Test text: a sexual offence.' },
    sentenceStartDate: '‹today-400›',
    conditionalReleaseDate: '‹today›',
    sentenceExpiryDate: '‹today+600›',
    alerts: [{ alertType: 'P', alertCode: 'P11', dateCreated: '‹today-400›', active: true, expired: false }],
    ...more,
  }
}

/** An assessment of the risk of serious harm, with these levels in the community. */
export function assessment(
  number: string,
  completed: string,
  { children, public: publicRisk }: { readonly children: string; readonly public: string },
): object {
  return {
    crn: '‹crn›',
    assessmentPk: number,
    assessmentType: 'LAYER3',
    assessmentStatus: 'COMPLETE',
    initiationDate: `${completed}T09:00:00`,
    dateCompleted: `${completed}T14:30:00`,
    riskChildrenCommunity: children,
    riskPublicCommunity: publicRisk,
    riskKnownAdultCommunity: 'Medium',
    riskStaffCommunity: 'Low',
    riskChildrenCustody: 'Low',
    riskPublicCustody: 'Low',
    riskKnownAdultCustody: 'Low',
    riskStaffCustody: 'Low',
    riskPrisonersCustody: 'Low',
    whoAtRisk: 'Test text: children whom he meets through others.',
  }
}

export const RECEPTION: Chapter = {
  title: 'Reception',
  steps: [
    {
      says: 'A man is received at Leeds, sentenced for a sexual offence. The alert `P11` is NOMIS for category 1 of MAPPA, level to be confirmed six months before release.',
      by: PRISON,
      pushes: { format: 'prisoner-search', document: prisonRecord() },
      keeps: { person: 'results.0.offenderId' },
    },
    {
      says: 'Probation opens a case. Its document names the prison number, which makes the two records one person.',
      by: PROBATION,
      pushes: {
        format: 'probation-search',
        document: {
          otherIds: { crn: '‹crn›', nomsNumber: '‹prison number›' },
          firstName: 'Jordan',
          surname: 'Sample',
          dateOfBirth: '1975-05-06',
          gender: 'Male',
          offenderManagers: [
            {
              active: true,
              fromDate: '‹today-390›',
              staff: { code: '‹staff code›', forenames: 'Com', surname: 'Testofficer' },
              team: { code: 'N02WYT', description: 'West Yorkshire Team' },
              probationArea: { code: 'N02', description: 'NPS North East' },
            },
          ],
        },
      },
    },
    {
      says: 'The risk of serious harm is assessed.',
      by: PROBATION,
      pushes: {
        format: 'rosh-summary',
        document: assessment('‹first assessment number›', '‹today-60›', {
          children: 'High',
          public: 'Medium',
        }),
      },
    },
    {
      says: 'Whoever works with him in prison now sees what probation knows. That the level is `TBC` is not that there is none.',
      by: POM_LEEDS,
      asks: `
query CaseInPrison {
  offender(by: { prisonNumber: "‹prison number›" }) {
    name { given family }
    identifiers { type value source { system } }
    custody { status establishment { name } }
    allocations { role officerName organisation { name } }
    risk { latest { id tool rosh { overall whoIsAtRisk } } }
    mappa { registration { category level levelStatus system } }
  }
}`,
      keeps: { assessment: 'data.offender.risk.latest.id' },
    },
    {
      says: 'And the community offender manager sees where he is held, by their own number.',
      by: COM,
      asks: `
query CaseInTheCommunity {
  offender(by: { crn: "‹crn›" }) {
    custody { status establishment { name } receivedOn }
    keyDates { type date }
    sentencing { imprisonment { mainOffence { description } } }
  }
}`,
    },
  ],
}
