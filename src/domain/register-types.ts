/** What a registration is about: each class is kept apart, because each is shown to other readers. */
export type RegisterClass =
  'RISK' | 'SAFEGUARDING' | 'SELF_RISK' | 'HEALTH' | 'INTELLIGENCE' | 'VICTIM' | 'SUPERVISION'

export interface RegisterReading {
  readonly registerClass: RegisterClass
  /** False: the type is not one we know. */
  readonly known: boolean
  /** A published misspelling, kept as received. */
  readonly misspelt: boolean
}

/** The register whose entries are kept with their MAPPA level and category, not among these. */
export const MAPPA_REGISTER = 'MAPP'

/**
 * Tells whose eyes a Delius registration is for, by its type's code or, where a document has none, by the
 * type's name (existing-systems section 4, register types). Silence never grants: what is unknown to us
 * belongs to the most closed class.
 */
export function readRegisterType(code: string | undefined, name: string | undefined): RegisterReading {
  const stated = comparable(code ?? '')
  const type =
    stated === ''
      ? TYPES.find(({ names = [] }) => names.some((known) => comparable(known) === comparable(name ?? '')))
      : TYPES.find((each) => each.code?.toLowerCase() === stated)
  return {
    registerClass: type?.registerClass ?? 'INTELLIGENCE',
    known: type !== undefined,
    misspelt: type?.code === MISSPELT,
  }
}

function comparable(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Published interfaces spell RVHR so: a very high risk must not be lost to a slip of the pen. */
const MISSPELT = 'RVRH'

interface RegisterType {
  readonly registerClass: RegisterClass
  /** Left out where the type was published by its name alone. */
  readonly code?: string
  /** What documents without a code call it. */
  readonly names?: readonly string[]
}

const TYPES: readonly RegisterType[] = [
  { registerClass: 'RISK', code: 'RLRH', names: ['Low RoSH'] },
  { registerClass: 'RISK', code: 'RMRH', names: ['Medium RoSH'] },
  { registerClass: 'RISK', code: 'RHRH', names: ['High RoSH'] },
  { registerClass: 'RISK', code: 'RVHR', names: ['Very High RoSH'] },
  { registerClass: 'RISK', code: MISSPELT },
  { registerClass: 'RISK', code: 'RPIR', names: ['Public Interest'] },
  { registerClass: 'RISK', code: 'WEAP', names: ['Weapons'] },
  { registerClass: 'RISK', code: 'ADVP', names: ['Domestic Abuse Perpetrator'] },
  { registerClass: 'RISK', code: 'SPO', names: ['Stalking'] },
  { registerClass: 'RISK', code: 'ASFO', names: ['Serious Further Offence'] },
  { registerClass: 'RISK', code: 'REG15', names: ['Risk to Known Adult'] },
  { registerClass: 'RISK', names: ['Risk to Staff'] },
  { registerClass: 'SAFEGUARDING', code: 'RCCO', names: ['Child Concerns'] },
  { registerClass: 'SAFEGUARDING', code: 'RCPR', names: ['Child Protection'] },
  { registerClass: 'SAFEGUARDING', code: 'RCHD', names: ['Risk to Children'] },
  { registerClass: 'SAFEGUARDING', code: 'RVAD', names: ['Adult at Risk'] },
  { registerClass: 'SELF_RISK', code: 'ALSH', names: ['Suicide/Self Harm'] },
  { registerClass: 'SELF_RISK', code: 'RVLN', names: ['Vulnerable'] },
  { registerClass: 'HEALTH', code: 'RMDO', names: ['Mental Health'] },
  { registerClass: 'INTELLIGENCE', code: 'STRG', names: ['Street Gangs'] },
  { registerClass: 'INTELLIGENCE', code: 'AVIS', names: ['ViSOR'] },
  { registerClass: 'INTELLIGENCE', code: 'RTAO', names: ['Terrorism'] },
  { registerClass: 'VICTIM', code: 'INVI', names: ['Victim Contact'] },
  { registerClass: 'VICTIM', code: 'DASO' },
  { registerClass: 'SUPERVISION', code: 'IIOM', names: ['IOM Nominal'] },
  { registerClass: 'SUPERVISION', code: 'INLL', names: ['Lifer'] },
  { registerClass: 'SUPERVISION', code: 'WRSM', names: ['Warrant/Summons'] },
]
