/** The people whom the README names: everything that a reader needs to ask for them and to act on them. */
export const DEMO_PEOPLE = {
  /** In custody, held by the NPS, MAPPA category 1 at level 2 with decisions, due out within six months. */
  inCustody: {
    index: 0,
    given: 'Marlon',
    family: 'Ellery',
    crn: 'T100001',
    prisonNumber: 'T1001AA',
    pnc: '2010/1000001J',
    establishment: 'MDI',
    provider: 'N02',
    team: 'N02WYT',
    staffCode: 'N02WYTA',
    area: 'WEST_YORKSHIRE',
    coordinator: 'coordinator.west-yorkshire',
    category: 1,
    level: 2,
  },
  /** Released, at medium risk, held by a CRC. */
  heldByCrc: {
    index: 1,
    given: 'Craig',
    family: 'Thornley',
    crn: 'T100002',
    prisonNumber: 'T1002AA',
    pnc: '2003/1000002D',
    provider: 'C05',
    team: 'C05WYT',
    staffCode: 'C05WYTA',
    area: 'WEST_YORKSHIRE',
    rosh: 'MEDIUM',
  },
  /** The prison's alert says level 1, the probation register level 2; nobody has decided yet. */
  inConflict: {
    index: 2,
    given: 'Trevor',
    family: 'Oakley',
    crn: 'T100003',
    prisonNumber: 'T1003AA',
    pnc: '2006/1000003A',
    establishment: 'WTI',
    provider: 'N07',
    team: 'N07LNT',
    staffCode: 'N07LNTA',
    area: 'LONDON',
    coordinator: 'coordinator.london',
    category: 1,
    level: 2,
    alertLevel: 1,
  },
  /** Released; only one named user may see the case, not even its own officer. */
  limitedAccess: {
    index: 3,
    given: 'Delroy',
    family: 'Whitlock',
    crn: 'T100004',
    prisonNumber: 'T1004AA',
    pnc: '1990/1000004E',
    provider: 'N02',
    team: 'N02WYT',
    staffCode: 'N02WYTB',
    area: 'WEST_YORKSHIRE',
    restrictedTo: 'restricted.reader',
    restrictionMessage: 'This case is restricted. Ask the North East division who may open it.',
  },
} as const

/** The README shows these people as they are: nothing is added to them. */
export function isInTour(index: number): boolean {
  return Object.values(DEMO_PEOPLE).some((who) => who.index === index)
}
