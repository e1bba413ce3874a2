export type Offending = 'SEXUAL' | 'VIOLENT' | 'ACQUISITIVE'

export interface DemoPrison {
  readonly code: string
  readonly name: string
  /** What those it holds were mostly convicted of; our simplification, for a plausible spread. */
  readonly holds: 'SEXUAL' | 'OTHER' | 'BOTH'
}

/** Codes and places as in domain section 4; who is held where is made up. */
export const PRISONS: readonly [DemoPrison, ...DemoPrison[]] = [
  { code: 'MDI', name: 'Moorland (HMP)', holds: 'OTHER' },
  { code: 'LEI', name: 'Leeds (HMP)', holds: 'OTHER' },
  { code: 'HLI', name: 'Hull (HMP)', holds: 'OTHER' },
  { code: 'NSI', name: 'North Sea Camp (HMP)', holds: 'OTHER' },
  { code: 'IWI', name: 'Isle of Wight (HMP)', holds: 'OTHER' },
  { code: 'DAI', name: 'Dartmoor (HMP)', holds: 'BOTH' },
  { code: 'WTI', name: 'Whatton (HMP)', holds: 'SEXUAL' },
  { code: 'LTI', name: 'Littlehey (HMP)', holds: 'BOTH' },
  { code: 'SFI', name: 'Stafford (HMP)', holds: 'SEXUAL' },
  { code: 'ASI', name: 'Ashfield (HMP)', holds: 'SEXUAL' },
  { code: 'RHI', name: 'Rye Hill (HMP)', holds: 'BOTH' },
  { code: 'BRI', name: 'Bure (HMP)', holds: 'BOTH' },
  { code: 'UKI', name: 'Usk (HMP)', holds: 'SEXUAL' },
]

/**
 * Verified in domain section 4: `N02` and `N07` with their names, and the other names but South East &
 * Eastern, which is general knowledge. A published sample has `N01` as North West; N03 to N06 are plausible.
 */
export const NPS_DIVISIONS: Readonly<Record<string, string>> = {
  N01: 'NPS North West',
  N02: 'NPS North East',
  N03: 'NPS Wales',
  N04: 'NPS Midlands',
  N05: 'NPS South West & South Central',
  N06: 'NPS South East & Eastern',
  N07: 'NPS London',
}

/** The area of one CRC, with the NPS division and the MAPPA areas that it lies in. */
export interface ProviderArea {
  readonly crc: string
  readonly name: string
  readonly nps: string
  readonly areas: readonly [string, ...string[]]
  /** In the codes of its teams; only areas with teams have cases, so that caseloads are of a real size. */
  readonly team?: string
}

/**
 * Fifteen CRC names are verified in domain section 4; those of C06, C11, C15, C17, C18 and C21 are general
 * knowledge there. Which code belongs to which name, and who covers which area, is plausible and no more.
 */
export const PROVIDER_AREAS: readonly ProviderArea[] = [
  { crc: 'C01', name: 'Northumbria CRC', nps: 'N02', areas: ['NORTHUMBRIA'] },
  { crc: 'C02', name: 'Cumbria & Lancashire CRC', nps: 'N01', areas: ['CUMBRIA', 'LANCASHIRE'] },
  { crc: 'C03', name: 'Durham Tees Valley CRC', nps: 'N02', areas: ['CLEVELAND', 'DURHAM'] },
  {
    crc: 'C04',
    name: 'Humberside, Lincolnshire & North Yorkshire CRC',
    nps: 'N02',
    areas: ['HUMBERSIDE', 'LINCOLNSHIRE', 'NORTH_YORKSHIRE'],
    team: 'HL',
  },
  { crc: 'C05', name: 'West Yorkshire CRC', nps: 'N02', areas: ['WEST_YORKSHIRE'], team: 'WY' },
  {
    crc: 'C06',
    name: 'Cheshire & Greater Manchester CRC',
    nps: 'N01',
    areas: ['GREATER_MANCHESTER', 'CHESHIRE'],
    team: 'GM',
  },
  { crc: 'C07', name: 'Merseyside CRC', nps: 'N01', areas: ['MERSEYSIDE'], team: 'MS' },
  { crc: 'C08', name: 'South Yorkshire CRC', nps: 'N02', areas: ['SOUTH_YORKSHIRE'], team: 'SY' },
  {
    crc: 'C09',
    name: 'Staffordshire & West Midlands CRC',
    nps: 'N04',
    areas: ['WEST_MIDLANDS', 'STAFFORDSHIRE'],
    team: 'WM',
  },
  {
    crc: 'C10',
    name: 'Derbyshire, Leicestershire, Nottinghamshire & Rutland CRC',
    nps: 'N04',
    areas: ['NOTTINGHAMSHIRE', 'DERBYSHIRE', 'LEICESTERSHIRE'],
    team: 'DN',
  },
  {
    crc: 'C11',
    name: 'Wales CRC',
    nps: 'N03',
    areas: ['SOUTH_WALES', 'GWENT', 'NORTH_WALES', 'DYFED_POWYS'],
    team: 'WA',
  },
  { crc: 'C12', name: 'Warwickshire & West Mercia CRC', nps: 'N04', areas: ['WARWICKSHIRE', 'WEST_MERCIA'] },
  {
    crc: 'C13',
    name: 'Bristol, Gloucestershire, Somerset & Wiltshire CRC',
    nps: 'N05',
    areas: ['AVON_AND_SOMERSET', 'GLOUCESTERSHIRE', 'WILTSHIRE'],
    team: 'BG',
  },
  {
    crc: 'C14',
    name: 'Dorset, Devon & Cornwall CRC',
    nps: 'N05',
    areas: ['DEVON_AND_CORNWALL', 'DORSET'],
    team: 'DC',
  },
  { crc: 'C15', name: 'Hampshire & Isle of Wight CRC', nps: 'N05', areas: ['HAMPSHIRE'] },
  { crc: 'C16', name: 'Thames Valley CRC', nps: 'N05', areas: ['THAMES_VALLEY'] },
  {
    crc: 'C17',
    name: 'BeNCH CRC',
    nps: 'N06',
    areas: ['BEDFORDSHIRE', 'NORTHAMPTONSHIRE', 'CAMBRIDGESHIRE', 'HERTFORDSHIRE'],
  },
  { crc: 'C18', name: 'Norfolk & Suffolk CRC', nps: 'N06', areas: ['NORFOLK', 'SUFFOLK'] },
  { crc: 'C19', name: 'Essex CRC', nps: 'N06', areas: ['ESSEX'], team: 'EX' },
  { crc: 'C20', name: 'London CRC', nps: 'N07', areas: ['LONDON'], team: 'LN' },
  {
    crc: 'C21',
    name: 'Kent, Surrey & Sussex CRC',
    nps: 'N06',
    areas: ['KENT', 'SURREY', 'SUSSEX'],
    team: 'KS',
  },
]

/** Of each MAPPA area, of which there are 42 (domain 2.1); the names are general knowledge. */
export const FORCES: Readonly<Record<string, string>> = {
  AVON_AND_SOMERSET: 'Avon and Somerset Police',
  BEDFORDSHIRE: 'Bedfordshire Police',
  CAMBRIDGESHIRE: 'Cambridgeshire Constabulary',
  CHESHIRE: 'Cheshire Constabulary',
  CLEVELAND: 'Cleveland Police',
  CUMBRIA: 'Cumbria Constabulary',
  DERBYSHIRE: 'Derbyshire Constabulary',
  DEVON_AND_CORNWALL: 'Devon and Cornwall Police',
  DORSET: 'Dorset Police',
  DURHAM: 'Durham Constabulary',
  DYFED_POWYS: 'Dyfed-Powys Police',
  ESSEX: 'Essex Police',
  GLOUCESTERSHIRE: 'Gloucestershire Constabulary',
  GREATER_MANCHESTER: 'Greater Manchester Police',
  GWENT: 'Gwent Police',
  HAMPSHIRE: 'Hampshire Constabulary',
  HERTFORDSHIRE: 'Hertfordshire Constabulary',
  HUMBERSIDE: 'Humberside Police',
  KENT: 'Kent Police',
  LANCASHIRE: 'Lancashire Constabulary',
  LEICESTERSHIRE: 'Leicestershire Police',
  LINCOLNSHIRE: 'Lincolnshire Police',
  LONDON: 'Metropolitan Police Service',
  MERSEYSIDE: 'Merseyside Police',
  NORFOLK: 'Norfolk Constabulary',
  NORTH_WALES: 'North Wales Police',
  NORTH_YORKSHIRE: 'North Yorkshire Police',
  NORTHAMPTONSHIRE: 'Northamptonshire Police',
  NORTHUMBRIA: 'Northumbria Police',
  NOTTINGHAMSHIRE: 'Nottinghamshire Police',
  SOUTH_WALES: 'South Wales Police',
  SOUTH_YORKSHIRE: 'South Yorkshire Police',
  STAFFORDSHIRE: 'Staffordshire Police',
  SUFFOLK: 'Suffolk Constabulary',
  SURREY: 'Surrey Police',
  SUSSEX: 'Sussex Police',
  THAMES_VALLEY: 'Thames Valley Police',
  WARWICKSHIRE: 'Warwickshire Police',
  WEST_MERCIA: 'West Mercia Police',
  WEST_MIDLANDS: 'West Midlands Police',
  WEST_YORKSHIRE: 'West Yorkshire Police',
  WILTSHIRE: 'Wiltshire Police',
}
