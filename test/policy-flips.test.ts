import { ROLES } from '../src/access/roles'
import type { Grant } from '../src/access/role'
import type { RoleName } from '../src/domain/caller'
import { DEPTHS, FIELD_GROUPS, type Depth, type FieldGroup } from '../src/domain/field-group'
import { sight, type Standing } from './support/agreed'
import { Cells, isDue, partOf } from './support/cells'
import { AGREED_ROLES } from './support/contract-policy'

let cells: Cells

beforeAll(async () => {
  cells = await Cells.start()
}, 120_000)

afterAll(() => cells.close())

/** The policy, one cell of it changed while `work` runs. */
async function flipped<T>(
  role: RoleName,
  group: FieldGroup,
  depth: Depth,
  work: () => Promise<T>,
): Promise<T> {
  const groups = ROLES[role].groups as Record<FieldGroup, Grant>
  const before = groups[group]
  groups[group] = depth
  try {
    return await work()
  } finally {
    groups[group] = before
  }
}

/** An own case, and one that is not the reader's, for those who see it. */
function standingsOf(role: RoleName): Standing[] {
  return ROLES[role].purposes.flatMap((purpose): Standing[] => [
    { role, purpose, state: 'own', justified: false },
    { role, purpose, state: 'other', justified: true },
  ])
}

/** Whether an answer tells: by what it holds, or because the database refuses what it was never granted. */
async function isFoundOut(role: RoleName, group: FieldGroup, depth: Depth): Promise<boolean> {
  const part = partOf(group)
  return flipped(role, group, depth, async () => {
    for (const standing of standingsOf(role)) {
      const faults = await cells.faults(part, standing).catch((error: unknown) => [String(error)])
      if (faults.length > 0) return true
    }
    return false
  })
}

/** A cell that changes no field that is seen: the role sees nobody, or the group lies below what is withheld from it. */
function changesNothing(role: RoleName, group: FieldGroup, depth: Depth): boolean {
  return standingsOf(role).every(
    (standing) =>
      sight(standing) === 'none' ||
      partOf(group).leaves.every(
        (leaf) => isDue(leaf, standing) === isDue(leaf, { ...standing, instead: { group, depth } }),
      ),
  )
}

test('a role that is one cell off is found out by its answers', async () => {
  const missed: string[] = []
  let flips = 0
  let alike = 0
  for (const role of AGREED_ROLES) {
    for (const group of FIELD_GROUPS) {
      const agreed = ROLES[role].groups[group]
      for (const depth of DEPTHS.filter((other) => other !== agreed)) {
        if (changesNothing(role, group, depth)) {
          alike += 1
          continue
        }
        flips += 1
        if (!(await isFoundOut(role, group, depth)))
          missed.push(`${role}.${group} ${JSON.stringify(agreed)} → ${depth}`)
      }
    }
  }
  process.stdout.write(
    `policy flips: ${flips}, missed ${missed.length}; ${alike} more change no field that anybody sees\n`,
  )
  expect(missed).toEqual([])
}, 600_000)
