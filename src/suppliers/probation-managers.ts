import { z } from 'zod'
import type { AllocationFact } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

const staff = z.object({ code: text, forenames: text, surname: text, unallocated: flag }).nullish()
const named = z.object({ code: text, description: text }).nullish()

/** One entry of `offenderManagers` in a probation-search document. */
export const managerSchema = z.object({
  staff,
  team: named,
  probationArea: named,
  fromDate: moment,
  toDate: moment,
  active: flag,
  softDeleted: flag,
})

export type Manager = z.infer<typeof managerSchema>

/** The community offender managers of a case, former ones included, deleted entries left out. */
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
    return [allocation(manager, since, end)]
  })
}

/** Code of the provider that holds the case now. */
export function activeOrganisation(managers: readonly Manager[]): string | undefined {
  return managers.find(({ active, softDeleted }) => active === true && softDeleted !== true)?.probationArea
    ?.code
}

function allocation(manager: Manager, since: string | undefined, until: string | undefined): AllocationFact {
  const name = [manager.staff?.forenames, manager.staff?.surname].filter(Boolean).join(' ')
  return stated<AllocationFact>({
    role: 'COM',
    staffCode: manager.staff?.code,
    officerName: name === '' ? undefined : name,
    organisation: manager.probationArea?.code,
    organisationName: manager.probationArea?.description,
    team: manager.team?.code,
    since,
    until,
    unallocated: isPlaceholder(manager.staff, name),
  })
}

/** Delius fills an empty slot with an officer whose code ends in U: an officer is not yet an allocation. */
function isPlaceholder(officer: z.infer<typeof staff>, name: string): boolean {
  if (officer?.code === undefined && name === '') return true
  return officer?.unallocated === true || /U$/i.test(officer?.code ?? '') || /unallocated/i.test(name)
}
