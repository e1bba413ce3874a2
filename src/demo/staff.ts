import { drawsFor } from './draws'
import { staffName } from './names'
import { NPS_DIVISIONS, PROVIDER_AREAS, type ProviderArea } from './places'

/** `U` stands in the place of an officer: the case is not allocated to anybody (domain 1.2, trap). */
export type Seat = 'A' | 'B' | 'U'

/** A place in a team of the provider that holds the case. */
export interface Post {
  readonly provider: string
  readonly providerName: string
  readonly team: string
  readonly teamName: string
  readonly staffCode: string
  readonly forenames: string
  readonly surname: string
  readonly unallocated: boolean
}

/** One team for each provider in each area, two officers in each, the same in every case. */
export function postIn(home: ProviderArea, holder: 'NPS' | 'CRC', seat: Seat): Post {
  const provider = holder === 'NPS' ? home.nps : home.crc
  const team = `${provider}${home.team ?? 'XX'}T`
  const staffCode = team + seat
  const unallocated = seat === 'U'
  return {
    provider,
    providerName: (holder === 'NPS' ? NPS_DIVISIONS[provider] : home.name) ?? provider,
    team,
    teamName: `${home.name.replace(/ CRC$/, '')} Team`,
    staffCode,
    ...(unallocated
      ? { forenames: 'Unallocated', surname: 'Staff' }
      : staffName(drawsFor('officer', staffCode))),
    unallocated,
  }
}

/** Who decides MAPPA levels in an area: one coordinator, employed by the NPS division. */
export function coordinatorOf(
  area: string,
  agency: string,
): { subject: string; name: string; agency: string } {
  const { forenames, surname } = staffName(drawsFor('coordinator', area))
  const subject = `coordinator.${area.toLowerCase().replaceAll('_', '-')}`
  return { subject, name: `${forenames} ${surname}`, agency }
}

/** The areas that have teams, and so cases. */
export const STAFFED_AREAS: readonly ProviderArea[] = PROVIDER_AREAS.filter(({ team }) => team !== undefined)
