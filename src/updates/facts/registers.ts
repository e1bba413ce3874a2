import { readRegisterType, type RegisterClass } from '../../domain/register-types'
import type { WarningCode } from '../codes'
import {
  aside,
  code,
  date,
  flag,
  none,
  one,
  organisation,
  organisationName,
  text,
  type StatedRow,
} from './declare'
import { BY_PROBATION } from './owners'

const entry = {
  /** As received, e.g. `RVHR`; some documents give the name alone. */
  registerType: text(),
  description: text(),
  level: text(),
  levelDescription: text(),
  category: text(),
  categoryDescription: text(),
  startedOn: date(),
  nextReviewOn: date(),
  lastReviewedOn: date(),
  /** The day it was taken off the register. */
  endedOn: date(),
  active: flag().must,
  notes: text(),
  staffCode: text(),
  officerName: text(),
  team: code(),
  /** Probation provider that registered, e.g. `N02`. */
  organisation: organisation(),
  organisationName: organisationName(),
  /** Says what an event does: review, notes and officer stand as last stated. */
  partial: aside<true>(),
}

export type RegisterEntry = StatedRow<typeof entry>

const register = (table: string) => one(table, entry, BY_PROBATION)
const noneOn = (table: string) => none(table, entry, BY_PROBATION)

/**
 * Entries of the Delius registers beside MAPPA, each in a record of its own (`registration:<id>`), in a table
 * of its class; null where the entry was deleted at the supplier.
 */
export const registerFacts = {
  riskRegistration: register('risk_registration'),
  safeguardingRegistration: register('safeguarding_registration'),
  selfRiskRegistration: register('self_risk_registration'),
  healthRegistration: register('health_registration'),
  intelligenceRegistration: register('intelligence_registration'),
  victimRegistration: register('victim_registration'),
  supervisionRegistration: register('supervision_registration'),
}

/** That the registers hold no entry of a class. */
export const noRegisterFacts = {
  riskRegistrations: noneOn('risk_registration'),
  safeguardingRegistrations: noneOn('safeguarding_registration'),
  selfRiskRegistrations: noneOn('self_risk_registration'),
  healthRegistrations: noneOn('health_registration'),
  intelligenceRegistrations: noneOn('intelligence_registration'),
  victimRegistrations: noneOn('victim_registration'),
  supervisionRegistrations: noneOn('supervision_registration'),
}

export type RegisterKind = keyof typeof registerFacts

/** Which kind of fact an entry is, by its type, and what its sender should know of that. */
export function registerKind(
  { registerType, description }: { registerType?: string | undefined; description?: string | undefined },
  path: string,
): { kind: RegisterKind; warnings: { code: WarningCode; message: string }[] } {
  const { registerClass, known, misspelt } = readRegisterType(registerType, description)
  const closed = {
    code: 'UNKNOWN_REGISTER' as const,
    message: `${path}: a register unknown to us, so it is kept closed`,
  }
  const spelt = {
    code: 'MISSPELT_REGISTER' as const,
    message: `${path}: RVRH is taken for RVHR, very high risk`,
  }
  return { kind: KINDS[registerClass], warnings: [...(known ? [] : [closed]), ...(misspelt ? [spelt] : [])] }
}

const KINDS: Readonly<Record<RegisterClass, RegisterKind>> = {
  RISK: 'riskRegistration',
  SAFEGUARDING: 'safeguardingRegistration',
  SELF_RISK: 'selfRiskRegistration',
  HEALTH: 'healthRegistration',
  INTELLIGENCE: 'intelligenceRegistration',
  VICTIM: 'victimRegistration',
  SUPERVISION: 'supervisionRegistration',
}
