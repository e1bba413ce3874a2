/** Says once what is amiss, and once that it is no longer. No line holds anything of a person. */
export class Alarms {
  private readonly said = new Set<string>()

  /** The lines that are new since it was asked last. */
  lines(alarms: readonly string[]): string[] {
    const now = new Set(alarms)
    const lines = [
      ...[...now].filter((alarm) => !this.said.has(alarm)).map((alarm) => `alarm: ${alarm}`),
      ...[...this.said].filter((alarm) => !now.has(alarm)).map((alarm) => `no longer: ${alarm}`),
    ]
    this.said.clear()
    for (const alarm of now) this.said.add(alarm)
    return lines
  }
}
