import type { RoleName } from '../../src/domain/caller'
import { FIELD_GROUPS, type Depth, type FieldGroup } from '../../src/domain/field-group'
import type { Purpose } from '../../src/domain/purpose'

/**
 * The policy that was agreed, written down once more and by hand: `F` full, `s` summary, `.` none, `m` full
 * while invited to a meeting of the offender, `o` the same or for an own case, in the order of FIELD_GROUPS.
 * No code of the gateway takes part: the roles are compared with it, and so is every answer.
 */
const AGREED = `
  PRISON_OFFICER              F.FsFs.s..s.......ss..
  PRISON_OFFENDER_MANAGER     FFFFFFFFFFFFms.F.sFFFF
  PRISON_PUBLIC_PROTECTION    FFFFFFFFFsFFmFsFFssFFs
  PROGRAMME_TEAM              F.FFFFFsFFs....s.sFs..
  HEAD_OF_OFFENDER_MANAGEMENT FFFFFFFFFFFFmF.FssFFFF
  PROBATION_OFFICER           FFFFFFFFFFFFos.F.sFFFF
  SENIOR_PROBATION_OFFICER    FFFFFFFFFFFFoF.FssFFFF
  CRC_OFFICER                 FFsFFs.ssss....s..FFFs
  VICTIM_LIAISON_OFFICER      F.ssF.....s...F....FF.
  MAPPA_COORDINATOR           FFFFFFFFFFFFFFsFssFFFF
  MAPPA_PANEL_MEMBER          F.sFFFFsFsFFFFsFssFFF.
  POLICE_OFFENDER_MANAGER     FFsFFF.ss.FFms.Fs.sFF.
  PAROLE_BOARD                F.FFFFFFFFFs.s.s.sFFFs
  INSPECTOR                   FsFFFFFsFFFFFF.F.sFFFF
  DATA_PROTECTION_OFFICER     s.....................
  DATA_STEWARD                Fss.F.................
  ANALYST                     ......................
  PRISON_SYSTEM               FFFFFF.sFFF....s..FFF.
  PROBATION_SYSTEM            FFFFFF.sFFF....s..FFF.
  CRC_SYSTEM                  FFFFFF.sFFF....s..FFF.`

type Letter = 'F' | 's' | '.' | 'm' | 'o'

const LETTERS = new Map(
  AGREED.trim()
    .split('\n')
    .map((line): [string, string] => {
      const [role = '', letters = ''] = line.trim().split(/ +/)
      if (letters.length !== FIELD_GROUPS.length) throw new Error(`${role} has ${letters.length} letters`)
      return [role, letters]
    }),
)

export const AGREED_ROLES = [...LETTERS.keys()] as RoleName[]

export function agreedLetter(role: RoleName, group: FieldGroup): Letter {
  const letter = LETTERS.get(role)?.[FIELD_GROUPS.indexOf(group)]
  if (letter === undefined) throw new Error(`nothing was agreed of ${role} and ${group}`)
  return letter as Letter
}

/** How deep a role reads a group of a case that it sees, invited to a meeting of it or not. */
export function agreedDepth(
  role: RoleName,
  group: FieldGroup,
  { purpose, isOwn }: { readonly purpose: Purpose; readonly isOwn: boolean },
): Depth {
  const letter = agreedLetter(role, group)
  if (letter === 'F') return 'FULL'
  if (letter === 's') return 'SUMMARY'
  if (letter === 'm') return isOwn && purpose === 'MAPPA' ? 'FULL' : 'NONE'
  return letter === 'o' && isOwn ? 'FULL' : 'NONE'
}
