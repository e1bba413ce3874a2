import type { IdentityRecord } from './cluster'

/** Records in groups that grow; two that must stay apart are never brought together. */
export class Groups {
  private readonly members = new Map<string, IdentityRecord[]>()
  private readonly groupOf = new Map<string, string>()
  private readonly apart = new Map<string, Set<string>>()

  constructor(records: readonly IdentityRecord[], apart: readonly (readonly [string, string])[]) {
    for (const record of records) {
      this.members.set(record.key, [record])
      this.groupOf.set(record.key, record.key)
    }
    for (const [one, other] of apart) {
      this.apart.set(one, (this.apart.get(one) ?? new Set()).add(other))
      this.apart.set(other, (this.apart.get(other) ?? new Set()).add(one))
    }
  }

  all(): IdentityRecord[][] {
    return [...this.members.values()]
  }

  /** Whether the two were brought together now. */
  join(one: string, other: string): boolean {
    const [first, second] = [this.group(one), this.group(other)].sort()
    if (first === undefined || second === undefined || first === second || !this.mayMeet(first, second))
      return false
    const moved = this.of(second)
    this.members.set(first, [...this.of(first), ...moved])
    this.members.delete(second)
    for (const { key } of moved) this.groupOf.set(key, first)
    return true
  }

  mayMeet(one: string, other: string): boolean {
    const others = new Set(this.of(other).map(({ key }) => key))
    return !this.of(one).some(({ key }) => [...(this.apart.get(key) ?? [])].some((each) => others.has(each)))
  }

  /** By PNC or CRO: the groups that state it. */
  sharingPoliceNumbers(): string[][] {
    const byNumber = new Map<string, Set<string>>()
    for (const [group, records] of this.members) {
      for (const { system, states } of records) {
        if (system === 'CRC') continue
        for (const each of states) {
          if (/^(PNC|CRO):/.test(each)) byNumber.set(each, (byNumber.get(each) ?? new Set()).add(group))
        }
      }
    }
    return [...byNumber.values()].map((groups) => [...groups].sort())
  }

  /** Numbers that prison records in the group go by. */
  prisonNumbers(one: string): string[] {
    return this.of(one).flatMap(({ system, own }) => (system === 'NOMIS' && own !== undefined ? [own] : []))
  }

  statedPrisonNumbers(one: string): string[] {
    const stated = this.of(one).flatMap(({ system, states }) => (system === 'DELIUS' ? states : []))
    return [...this.prisonNumbers(one), ...stated.filter((each) => each.startsWith('PRISON_NUMBER:'))]
  }

  crns(one: string): string[] {
    return this.of(one).flatMap(({ system, own }) => (system !== 'NOMIS' && own !== undefined ? [own] : []))
  }

  births(one: string): string[] {
    // A CRC’s copy neither proves nor contradicts.
    return this.of(one).flatMap(({ system, dateOfBirth }) => (system === 'CRC' ? [] : (dateOfBirth ?? [])))
  }

  private group(key: string): string | undefined {
    return this.groupOf.get(key)
  }

  private of(key: string): readonly IdentityRecord[] {
    return this.members.get(this.groupOf.get(key) ?? '') ?? []
  }
}
