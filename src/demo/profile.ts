import type { DemoIdentifiers } from './identifiers'
import type { DemoName, Sex } from './names'
import type { DemoPrison, Offending, ProviderArea } from './places'
import type { Post } from './staff'

/** What all documents about one person have to agree on, where disagreement is not the point. */
export interface Profile {
  readonly index: number
  readonly identifiers: DemoIdentifiers
  readonly name: DemoName
  readonly sex: Sex
  /** Does not move with today: a person keeps their birthday. */
  readonly dateOfBirth: string
  /** Days since the eighteenth birthday: nothing here happened before it. */
  readonly adultDays: number
  /** Undefined: the prisons do not know them. */
  readonly custody: Custody | undefined
  /** Undefined: probation does not know them. */
  readonly post: Post | undefined
  readonly home: ProviderArea
  readonly area: string
  readonly offending: Offending
  readonly rosh: RoshIndex
  readonly mappa: MappaStanding | undefined
  /** `NONE`: OASys says that there is no assessment; `UNKNOWN`: nobody said anything. */
  readonly assessed: 'ASSESSED' | 'NONE' | 'UNKNOWN'
  readonly limit: 'EXCLUSION' | 'RESTRICTION' | undefined
  /** Days from today on which the systems first sent the case, so below zero. */
  readonly firstSent: number
}

export interface Custody {
  readonly state: 'IN' | 'TRANSFER' | 'COURT' | 'TEMPORARY_ABSENCE' | 'RELEASED' | 'RESTRICTED_PATIENT'
  readonly sentence: 'DETERMINATE' | 'RECALL' | 'INDETERMINATE' | 'REMAND'
  readonly prison: DemoPrison
  /** Days until they leave, where that is not left to chance. */
  readonly releaseIn?: number
}

/** 0 to 3: low, medium, high, very high. */
export type RoshIndex = 0 | 1 | 2 | 3

/** Why and how somebody is managed under MAPPA, and where the registers differ. */
export interface MappaStanding {
  /** 0: to be determined. */
  readonly category: 0 | 1 | 2 | 3 | 4
  /** 0: to be confirmed. */
  readonly level: MappaLevel
  /** What the prison's alert says, where that is not the probation register's level. */
  readonly alertLevel?: MappaLevel
  readonly offending: Offending
  /** How often the level was decided here; 0 for cases that still wait for the first decision. */
  readonly decisions: number
}

export type MappaLevel = 0 | 1 | 2 | 3
