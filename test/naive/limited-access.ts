import { NAMESPACE, type Asker } from './asker'
import { compare, holdsAt, text, type NaiveRecord, type Row } from './record'

/** Whether limited access keeps a reader from a case, and what they are told (docs/access.md, decisions 9 and 18). */
export class LimitedAccess {
  constructor(
    private readonly record: NaiveRecord,
    private readonly asker: Asker,
    private readonly now: string,
  ) {}

  isBarred(offender: string): boolean {
    return (
      this.entries(offender, 'EXCLUSION').some((entry) => this.mayBeMe(entry)) ||
      this.isRestricted(offender) ||
      this.isClosedToAll(offender)
    )
  }

  /** The owner's message, for whom the list itself bars. */
  notice(offender: string): string | null {
    if (!this.asker.person) return null
    const isExcluded = this.entries(offender, 'EXCLUSION').some((entry) => this.isMe(entry))
    if (isExcluded) return this.message(offender, 'exclusion_message')
    return this.isRestricted(offender) ? this.message(offender, 'restriction_message') : null
  }

  private entries(offender: string, kind: string): Row[] {
    return this.of('limitation', offender).filter((row) => row['kind'] === kind && holdsAt(row, this.now))
  }

  private of(table: string, offender: string): Row[] {
    return this.record.rows(table).filter((row) => row['offender_id'] === offender)
  }

  /** Each record has a list of its own, and whoever is not on it may not look. */
  private isRestricted(offender: string): boolean {
    const entries = this.entries(offender, 'RESTRICTION')
    const isOn = (list: unknown) =>
      entries.some((entry) => entry['source_record_id'] === list && this.isMe(entry))
    return entries.some((entry) => !isOn(entry['source_record_id']))
  }

  private isMe({ namespace, username, email, organisation_code: organisation }: Row): boolean {
    const { person, agency } = this.asker
    if (!person) return false
    const isNamed = namespace === NAMESPACE && (username === person.username || email === person.username)
    return isNamed || (agency !== undefined && organisation === agency.trim().toUpperCase())
  }

  /** What cannot be compared bars: nobody, another system's user, an address and a name, an unknown agency. */
  private mayBeMe(entry: Row): boolean {
    const { person, agency } = this.asker
    if (!person || this.isMe(entry)) return true
    const { namespace, username, email, organisation_code: organisation } = entry
    if (organisation !== null) return agency === undefined
    if (namespace !== NAMESPACE) return true
    const isAddress = person.username.includes('@')
    return email !== null ? !isAddress : isAddress && !text(username).includes('@')
  }

  /** A document says that there is a list, or that it is another now, and nobody knows whom it names. */
  private isClosedToAll(offender: string): boolean {
    const isUnnamed = (flag: Row, kind: string) =>
      !this.entries(offender, kind).some((entry) => entry['source_record_id'] === flag['source_record_id'])
    const isFlagged = this.of('limitation_flag', offender).some(
      (flag) =>
        (flag['excluded'] === true && isUnnamed(flag, 'EXCLUSION')) ||
        (flag['restricted'] === true && isUnnamed(flag, 'RESTRICTION')),
    )
    return isFlagged || this.of('limitation_change', offender).some((change) => this.isSinceTheList(change))
  }

  private isSinceTheList({ source_record_id: id }: Row): boolean {
    const [newest] = this.record.rows('newest').filter((row) => row['source_record_id'] === id)
    const facts = (newest?.['facts'] ?? {}) as Readonly<Record<string, readonly string[]>>
    const changedAt = facts['limitationChange']?.[2]
    return changedAt !== undefined && (facts['limitations']?.[2] ?? '') <= changedAt
  }

  private message(offender: string, column: string): string | null {
    const rows = [...this.of('limitation_list', offender), ...this.of('limitation_flag', offender)]
    const [first = null] = rows.map((row) => row[column]).sort(compare)
    return first === null ? null : text(first)
  }
}
