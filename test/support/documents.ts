/** Small supplier documents of our own: what a test does not name does not matter to it. */
export function aPrisoner(
  prisonNumber: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    prisonerNumber: prisonNumber,
    firstName: 'Robin',
    lastName: 'Sample',
    dateOfBirth: '1980-02-03',
    status: 'ACTIVE IN',
    inOutStatus: 'IN',
    prisonId: 'MDI',
    prisonName: 'Moorland (HMP)',
    alerts: [],
    ...more,
  }
}

export function aCase(crn: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    otherIds: { crn },
    firstName: 'Robin',
    surname: 'Sample',
    dateOfBirth: '1980-02-03',
    offenderManagers: [aManager()],
    ...more,
  }
}

export function aManager({ staff = 'N02ABC1', team = 'N02ABC', provider = 'N02', from = '2024-01-01' } = {}) {
  return {
    active: true,
    fromDate: from,
    staff: { code: staff, forenames: 'Ada', surname: 'Officer' },
    team: { code: team, description: 'A team' },
    probationArea: { code: provider, description: `Provider ${provider}` },
  }
}

export function aRoshSummary(
  crn: string,
  assessmentPk: number,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    crn,
    assessmentPk,
    assessmentType: 'LAYER3',
    dateCompleted: '2026-05-04T10:00:00',
    initiationDate: '2026-05-01T10:00:00',
    assessmentStatus: 'COMPLETE',
    whoAtRisk: 'People the person knows.',
    natureOfRisk: 'Described in words.',
    riskChildrenCommunity: 'Low',
    riskPublicCommunity: 'Medium',
    riskKnownAdultCommunity: 'High',
    riskStaffCommunity: 'Low',
    riskChildrenCustody: 'Low',
    riskPublicCustody: 'Low',
    riskKnownAdultCustody: 'Medium',
    riskStaffCustody: 'Low',
    riskPrisonersCustody: 'Low',
    ...more,
  }
}

/** A domain event about whom the information names, or whom `who` does. */
export function anEvent(
  eventType: string,
  information: Readonly<Record<string, unknown>> = {},
  { noms, crn, at = '2026-03-01T10:00:00Z' }: { noms?: string; crn?: string; at?: string } = {},
): Record<string, unknown> {
  const identifiers = [
    ...(noms === undefined ? [] : [{ type: 'NOMS', value: noms }]),
    ...(crn === undefined ? [] : [{ type: 'CRN', value: crn }]),
  ]
  return {
    eventType,
    version: 1,
    occurredAt: at,
    description: 'Something has changed',
    additionalInformation: information,
    ...(identifiers.length > 0 && { personReference: { identifiers } }),
  }
}
