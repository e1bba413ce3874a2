export type LevelStatus = 'TBC' | 'CONFIRMED'

export interface LevelReading {
  /** 1 to 3; null while to be confirmed. */
  readonly level: number | null
  readonly levelStatus: LevelStatus
  /** False: the supplier used a code that we do not know; it counts as to be confirmed. */
  readonly known: boolean
}

export interface CategoryReading {
  /** 1 to 4; null while to be determined. */
  readonly category: number | null
  readonly known: boolean
}

export interface AlertRegistration {
  readonly category: number | null
  readonly level: number | null
  readonly levelStatus: LevelStatus
  /** The alert code that states the level, and the one that states the category. */
  readonly levelCode?: string
  readonly categoryCode?: string
}

/** A Delius level: `M0` to `M3`, or 0 to 3; 0 and absent mean nominated, level not yet known (domain 2.5). */
export function mappaLevel(stated: number | string | null | undefined): LevelReading {
  if (stated === null || stated === undefined || stated === '') return { ...TO_BE_CONFIRMED, known: true }
  const digit = /^M?([0-3])$/i.exec(String(stated).trim())?.[1]
  if (digit === undefined) return { ...TO_BE_CONFIRMED, known: false }
  if (digit === '0') return { ...TO_BE_CONFIRMED, known: true }
  return { level: Number(digit), levelStatus: 'CONFIRMED', known: true }
}

/** A Delius category: `M1` to `M4` or 1 to 4; `X9`, 0 and absent mean to be determined (domain 2.5). */
export function mappaCategory(stated: number | string | null | undefined): CategoryReading {
  if (stated === null || stated === undefined || stated === '') return { category: null, known: true }
  const code = String(stated).trim().toUpperCase()
  if (code === '0' || code === 'X9') return { category: null, known: true }
  const digit = /^M?([1-4])$/.exec(code)?.[1]
  return { category: digit === undefined ? null : Number(digit), known: digit !== undefined }
}

/**
 * What a prisoner's active NOMIS alerts say about MAPPA, as one statement; null when they say nothing
 * (`PVN`, a ViSOR nominal, is not a level). The highest level wins. Its category comes from the same
 * code, else from a retired `PC*` code, else from any other; of several the lowest number, so that the
 * order of alerts never matters (domain 2.5).
 */
export function registrationFromAlerts(codes: readonly string[]): AlertRegistration | null {
  const stated = codes
    .map((code) => code.trim().toUpperCase())
    .flatMap((code) => (ALERTS[code] === undefined ? [] : [{ code, ...ALERTS[code] }]))
  const [top] = stated.sort(byLevelThenCategory)
  if (top === undefined) return null
  const categorised = stated.filter(({ category }) => category !== null).sort(byCategory)
  const source =
    top.category === null ? (categorised.find(({ code }) => code.startsWith('PC')) ?? categorised[0]) : top
  return {
    category: source?.category ?? null,
    level: top.level,
    levelStatus: top.level === null ? 'TBC' : 'CONFIRMED',
    ...(top.code.startsWith('PC') ? {} : { levelCode: top.code }),
    ...(source === undefined ? {} : { categoryCode: source.code }),
  }
}

interface AlertMeaning {
  readonly category: number | null
  readonly level: number | null
}

const TO_BE_CONFIRMED = { level: null, levelStatus: 'TBC' } as const

/** NOMIS alerts of type P (ALR); `PL*` and `PC*` are retired but still on old records. */
const ALERTS: Readonly<Record<string, AlertMeaning>> = {
  P11: { category: 1, level: null },
  P22: { category: 1, level: 1 },
  P33: { category: 1, level: 2 },
  P44: { category: 1, level: 3 },
  P55: { category: 2, level: null },
  P66: { category: 2, level: 1 },
  P77: { category: 2, level: 2 },
  P88: { category: 2, level: 3 },
  P99: { category: 3, level: 2 },
  PA1: { category: 3, level: 3 },
  P100: { category: 4, level: null },
  P101: { category: 4, level: 1 },
  P102: { category: 4, level: 2 },
  P103: { category: 4, level: 3 },
  PL1: { category: null, level: 1 },
  PL2: { category: null, level: 2 },
  PL3: { category: null, level: 3 },
  PC1: { category: 1, level: null },
  PC2: { category: 2, level: null },
  PC3: { category: 3, level: null },
}

type StatedAlert = AlertMeaning & { readonly code: string }

function byLevelThenCategory(a: StatedAlert, b: StatedAlert): number {
  return (b.level ?? 0) - (a.level ?? 0) || byCategory(a, b) || (a.code < b.code ? -1 : 1)
}

function byCategory(a: StatedAlert, b: StatedAlert): number {
  return (a.category ?? 9) - (b.category ?? 9)
}
