import { PRISONS, PROVIDER_AREAS, type DemoPrison, type ProviderArea } from './places'
import type { Profile } from './profile'
import { postIn } from './staff'
import { DEMO_PEOPLE } from './tour'

/** What is fixed about the people of the tour; the rest is drawn as for everybody. */
export function tourProfile(index: number): Partial<Profile> {
  return PROFILES[index]?.() ?? {}
}

const { inCustody, heldByCrc, inConflict, limitedAccess } = DEMO_PEOPLE

const PROFILES: readonly (() => Partial<Profile>)[] = [
  () => ({
    ...tourist(inCustody, 'C05'),
    post: postIn(areaOf('C05'), 'NPS', 'A'),
    custody: {
      state: 'IN',
      sentence: 'DETERMINATE',
      prison: prisonOf(inCustody.establishment),
      releaseIn: 120,
    },
    offending: 'SEXUAL',
    rosh: 2,
    mappa: { category: 1, level: 2, offending: 'SEXUAL', decisions: 2 },
  }),
  () => ({
    ...tourist(heldByCrc, 'C05'),
    post: postIn(areaOf('C05'), 'CRC', 'A'),
    custody: { state: 'RELEASED', sentence: 'DETERMINATE', prison: prisonOf('LEI') },
    offending: 'ACQUISITIVE',
    rosh: 1,
    mappa: undefined,
  }),
  () => ({
    ...tourist(inConflict, 'C20'),
    post: postIn(areaOf('C20'), 'NPS', 'A'),
    custody: { state: 'IN', sentence: 'DETERMINATE', prison: prisonOf(inConflict.establishment) },
    offending: 'SEXUAL',
    rosh: 2,
    mappa: { category: 1, level: 2, alertLevel: 1, offending: 'SEXUAL', decisions: 0 },
  }),
  () => ({
    ...tourist(limitedAccess, 'C05'),
    post: postIn(areaOf('C05'), 'NPS', 'B'),
    custody: { state: 'RELEASED', sentence: 'DETERMINATE', prison: prisonOf('LEI') },
    offending: 'VIOLENT',
    rosh: 2,
    mappa: undefined,
    limit: 'RESTRICTION',
  }),
]

function tourist(
  { given, family }: { readonly given: string; readonly family: string },
  crc: string,
): Partial<Profile> {
  const home = areaOf(crc)
  return {
    name: { title: 'Mr', given, family },
    sex: 'Male',
    home,
    area: home.areas[0],
    assessed: 'ASSESSED',
    limit: undefined,
  }
}

function areaOf(crc: string): ProviderArea {
  return found(PROVIDER_AREAS.find((area) => area.crc === crc))
}

function prisonOf(code: string): DemoPrison {
  return found(PRISONS.find((prison) => prison.code === code))
}

function found<T>(place: T | undefined): T {
  if (place === undefined) throw new Error('The tour names a place that the reference data lacks')
  return place
}
