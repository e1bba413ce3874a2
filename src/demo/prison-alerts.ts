import type { Calendar } from './calendar'
import { drawsFor } from './draws'
import type { Draft } from './draft'
import type { MappaStanding, Profile } from './profile'

/** What the prisons warn of; MAPPA, S, C and O codes are those of domain sections 2.5 and 6.5. */
export function alertsOf(profile: Profile, calendar: Calendar): Draft['payload'][] {
  const { index, mappa, offending, adultDays, rosh, firstSent } = profile
  const draws = drawsFor(index, 'alerts')
  const codes: AlertCode[] = []
  if (mappa !== undefined) codes.push(...mappaAlerts(mappa))
  if (mappa !== undefined && mappa.level >= 2) codes.push('PVN')
  if (mappa?.category === 4) codes.push('XTACT')
  // Sexual offences outside MAPPA are a gap that the product has to find, whatever the prison's alerts say.
  if (offending === 'SEXUAL' && (mappa !== undefined || draws.chance(0.4))) codes.push('SOR')
  if (offending === 'SEXUAL' && draws.chance(0.5)) codes.push(draws.pick(['CPC', 'CC1', 'CC2', 'CPRC']))
  if (offending === 'VIOLENT' && draws.chance(0.35)) codes.push(draws.pick(['XVL', 'ONCR', 'OHCO']))
  if (rosh >= 2 && draws.chance(0.2)) codes.push('XSA')
  if (draws.chance(0.07)) codes.push('HA')
  if (draws.chance(0.05)) codes.push('VU')
  return codes.map((code) => {
    // An old self-harm plan is closed; what stands is open.
    const isOver = code === 'HA' && draws.chance(0.6)
    return {
      alertType: ALERTS[code][0],
      alertCode: code,
      description: ALERTS[code][1],
      dateCreated: calendar.date(-Math.min(draws.int(1 - firstSent, 600), adultDays)),
      active: !isOver,
      expired: isOver,
    }
  })
}

/** The code of the category and level; nothing while the category is to be determined. */
function mappaAlerts({ category, level, alertLevel }: MappaStanding): AlertCode[] {
  const code = category === 0 ? undefined : MAPPA_CODES[category][alertLevel ?? level]
  return code === undefined ? [] : [code]
}

const MAPPA_CODES: Readonly<Record<1 | 2 | 3 | 4, readonly (AlertCode | undefined)[]>> = {
  1: ['P11', 'P22', 'P33', 'P44'],
  2: ['P55', 'P66', 'P77', 'P88'],
  3: [undefined, undefined, 'P99', 'PA1'],
  4: ['P100', 'P101', 'P102', 'P103'],
}

type AlertCode = keyof typeof ALERTS

const ALERTS = {
  P11: ['P', 'MAPPA Cat 1 - Level TBC 6m pre-release'],
  P22: ['P', 'MAPPA Cat 1 - Level 1 confirmed'],
  P33: ['P', 'MAPPA Cat 1 - Level 2 confirmed'],
  P44: ['P', 'MAPPA Cat 1 - Level 3 confirmed'],
  P55: ['P', 'MAPPA Cat 2 - Level TBC 6m pre-release'],
  P66: ['P', 'MAPPA Cat 2 - Level 1 confirmed'],
  P77: ['P', 'MAPPA Cat 2 - Level 2 confirmed'],
  P88: ['P', 'MAPPA Cat 2 - Level 3 confirmed'],
  P99: ['P', 'MAPPA Cat 3 - Level 2 confirmed'],
  PA1: ['P', 'MAPPA Cat 3 - Level 3 confirmed'],
  P100: ['P', 'MAPPA Cat 4 - Level TBC 6m pre-release'],
  P101: ['P', 'MAPPA Cat 4 - Level 1 confirmed'],
  P102: ['P', 'MAPPA Cat 4 - Level 2 confirmed'],
  P103: ['P', 'MAPPA Cat 4 - Level 3 confirmed'],
  PVN: ['P', 'ViSOR nominal'],
  SOR: ['S', 'Registered sex offender'],
  CPC: ['C', 'Person posing a risk to children'],
  CPRC: ['C', 'Potential person posing a risk to children'],
  CC1: ['C', 'Child contact L1'],
  CC2: ['C', 'Child contact L2'],
  ONCR: ['O', 'No-contact request'],
  OHCO: ['O', 'Harassment or court order'],
  XVL: ['X', 'Violent'],
  XSA: ['X', 'Staff assaulter'],
  XTACT: ['X', 'Terrorism Act or related offence'],
  HA: ['H', 'ACCT open'],
  VU: ['V', 'Vulnerable'],
} as const
