import { normaliseIdentifier, REFERENCE_TYPES } from '../../src/domain/identifiers'
import type { LimitedAccess } from './limited-access'
import { instantOf, text, type Moment, type NaiveRecord, type Row } from './record'
import type { Person, Rights } from './rights'

export type Reference = Readonly<Record<string, string>>

/** Somebody who was asked for. */
export interface Sight {
  readonly person: Person
  readonly isShown: boolean
  /** Limited access was the only bar. */
  readonly isLimited: boolean
  readonly notice: string | null
}

/** Who is meant, and whether the reader may know of them. Rights are always those of now. */
export class People {
  constructor(
    private readonly record: NaiveRecord,
    private readonly rights: Rights,
    private readonly limitedAccess: LimitedAccess,
    private readonly now: string,
  ) {}

  /** `mayBe`: what must be true besides for anybody to be shown. */
  weigh(person: Person, mayBe = true): Sight {
    // Of somebody who was taken off the record nobody is left to be anything to.
    const isOnRecord = person.owners.length > 0
    const isRelated = mayBe && isOnRecord && person.owners.every((owner) => this.rights.isRelated(owner))
    const isBarred = person.owners.some((owner) => this.limitedAccess.isBarred(owner))
    const [notice = null] = person.owners
      .map((owner) => this.limitedAccess.notice(owner))
      .filter((message) => message !== null)
      .sort()
    return { person, isShown: isRelated && !isBarred, isLimited: isRelated && isBarred, notice }
  }

  isVisible(person: Person): boolean {
    return this.weigh(person).isShown
  }

  /** Of an earlier state: whoever has the records now that the person consisted of then. */
  person(id: string, { revision }: Moment): Person {
    if (revision === undefined) return { id, owners: [id] }
    const recordsThen = this.record.rows('source_record', revision).filter((one) => one['offender_id'] === id)
    const holders = this.record
      .rows('source_record')
      .filter((one) => recordsThen.some((then) => then['id'] === one['id']))
      .map((one) => text(one['offender_id']))
    return { id, owners: [...new Set([...this.idNow(id), ...holders])] }
  }

  /** Whom a reference named in a state; who was nobody then is whoever it names now, as they were. */
  named(by: Reference, moment: Moment): string[] {
    if (moment.revision === undefined) return unique(this.namedNow(by))
    const then =
      by['id'] === undefined
        ? this.numbered(by, moment.revision)
        : this.offenders(by['id'], moment.revision).map(({ id }) => text(id))
    const found = then.length > 0 ? then : this.namedNow(by)
    return unique(found.map((id) => this.personThen(id, moment.revision)))
  }

  /** The person that an id was part of in a state; itself where there was none yet. */
  personThen(id: string, revision: number | undefined): string {
    const [row] = this.offenders(id, revision)
    return row ? text(row['joined_into'] ?? row['id']) : id
  }

  private namedNow(by: Reference): string[] {
    return by['id'] === undefined ? this.numbered(by, undefined) : this.idNow(by['id'])
  }

  /** A former id resolves for ever. */
  private idNow(id: string): string[] {
    return this.offenders(id, undefined).map((row) => text(row['joined_into'] ?? row['id']))
  }

  private offenders(id: string, revision: number | undefined): readonly Row[] {
    return this.record.rows('offender', revision).filter((row) => row['id'] === id.toLowerCase())
  }

  private numbered(by: Reference, revision: number | undefined): string[] {
    const [[kind = '', number = ''] = []] = Object.entries(by)
    const type = REFERENCE_TYPES[kind as keyof typeof REFERENCE_TYPES]
    const { value } = normaliseIdentifier(type, number, new Date(this.now))
    return this.record
      .rows('identifier', revision)
      .filter((row) => row['type'] === type && row['value'] === value && this.isProof(row))
      .map((row) => text(row['offender_id']))
  }

  /** What fails its check names nobody but the record itself, and what a CRC states of other systems' numbers nobody. */
  private isProof(identifier: Row): boolean {
    const { type, value, valid, qualifier, source_record_id: source } = identifier
    if (qualifier === 'SEPARATED') return false
    const [record] = this.record.rows('source_record').filter(({ id }) => id === source)
    if (record?.['system'] === 'CRC' && !(type === 'CRN' && value === record['local_id'])) return false
    return valid === true || type === 'CRN' || type === 'PRISON_NUMBER'
  }
}

const unique = (ids: readonly string[]) => [...new Set(ids)]

/** The state that `asOf` names: a revision, or the newest one of an instant. */
export function momentOf(record: NaiveRecord, asOf: unknown, now: string): Moment {
  if (asOf == null) return { instant: now }
  const { revision, at } = asOf as { revision?: number; at?: string }
  const revisions = record.rows('revision')
  if (at === undefined) {
    const [recorded] = revisions
      .filter((one) => Number(one['revision']) >= Number(revision))
      .sort((a, b) => Number(a['revision']) - Number(b['revision']))
    return { revision: Number(revision), instant: recorded ? text(recorded['at']) : now }
  }
  const instant = instantOf(new Date(at))
  const before = revisions.filter((one) => text(one['at']) <= instant)
  return { revision: Math.max(0, ...before.map((one) => Number(one['revision']))), instant }
}
