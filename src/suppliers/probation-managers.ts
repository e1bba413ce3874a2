import { z } from 'zod'
import type { AllocationFact } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

const staff = z.object({ code: text, forenames: text, surname: text, unallocated: flag }).nullish()
const named = z.object({ code: text, description: text }).nullish()

/** One entry of `offenderManagers` in a probation-search document: of the community, or of a prison. */
export const managerSchema = z.object({
  isPrisonOffenderManager: flag,
  isResponsibleOfficer: flag,
  isUnallocated: flag,
  staff,
  staffCode: text,
  allocationReason: named,
  team: named,
  probationArea: named,
  fromDate: moment,
  toDate: moment,
  active: flag,
  softDeleted: flag,
})

export type Manager = z.infer<typeof managerSchema>

/**
 * The offender managers of a case, former ones included, deleted entries left out. Who is named as the
 * responsible officer is so beside being its manager.
 */
export function allocationsFrom(managers: readonly Manager[], notes: Notes): AllocationFact[] {
  return managers.flatMap((manager, index) => {
    if (manager.softDeleted === true) return []
    const at = `offenderManagers.${index}`
    const since = notes.date(manager.fromDate, `${at}.fromDate`)
    const until = notes.date(manager.toDate, `${at}.toDate`)
    // A former manager with no end ended we know not when: an empty interval grants nobody access.
    const end = manager.active === false ? (until ?? since) : until
    if (manager.active === false && end === undefined) {
      notes.add('UNDATED_MANAGER', `${at} is a former manager without dates and is left out`)
      return []
    }
    const managing = allocation(manager, since, end)
    return manager.isResponsibleOfficer === true
      ? [managing, { ...managing, role: 'RESPONSIBLE_OFFICER' as const }]
      : [managing]
  })
}

/** Code of the provider that holds the case now. */
export function activeOrganisation(managers: readonly Manager[]): string | undefined {
  const holder = managers.find(
    ({ active, softDeleted, isPrisonOffenderManager }) =>
      active === true && softDeleted !== true && isPrisonOffenderManager !== true,
  )
  return holder?.probationArea?.code
}

function allocation(manager: Manager, since: string | undefined, until: string | undefined): AllocationFact {
  const { staff: officer, team, probationArea, allocationReason, isPrisonOffenderManager } = manager
  const name = [officer?.forenames, officer?.surname].filter(Boolean).join(' ')
  return stated<AllocationFact>({
    role: isPrisonOffenderManager === true ? 'POM' : 'COM',
    staffCode: officer?.code ?? manager.staffCode,
    officerName: name === '' ? undefined : name,
    organisation: probationArea?.code,
    organisationName: probationArea?.description,
    team: team?.code,
    teamName: team?.description,
    since,
    until,
    reason: allocationReason?.description ?? allocationReason?.code,
    unallocated: isPlaceholder(manager, name),
  })
}

/** Delius fills an empty slot with an officer whose code ends in U: an officer is not yet an allocation. */
function isPlaceholder({ staff: officer, staffCode, isUnallocated }: Manager, name: string): boolean {
  const code = officer?.code ?? staffCode
  if (code === undefined && name === '') return true
  const isSaid = officer?.unallocated === true || isUnallocated === true
  return isSaid || /U$/i.test(code ?? '') || /unallocated/i.test(name)
}
