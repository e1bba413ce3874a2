import { ALWAYS, NEVER, type PolicyLine, type PolicyTable } from './policy-table'

/** What changed from one policy to another, in sentences; empty where nothing did. */
export function policyDifference(before: PolicyTable, after: PolicyTable): string[] {
  const roles = after.roles.filter((role) => before.roles.includes(role))
  const fields = after.lines.filter((line) => line.group !== '')
  const then = new Map(before.lines.map((line) => [line.name, line]))
  return [
    ...after.roles.filter((role) => !before.roles.includes(role)).map((role) => newRole(role, after)),
    ...before.roles
      .filter((role) => !after.roles.includes(role))
      .map((role) => `${role} is no role any more`),
    ...fields.filter(({ name }) => !then.has(name)).map((line) => newField(line, after)),
    ...before.lines
      .filter(({ name }) => !after.lines.some((line) => line.name === name))
      .map(({ name }) => `${name} is gone`),
    ...fields.flatMap((line) => moved(then.get(line.name), line)),
    ...roles.flatMap((role) => roleDifference(role, before, after)),
  ]
}

function newRole(role: string, table: PolicyTable): string {
  const seen = table.lines.filter((line) => line.group !== '' && cellOf(table, line, role) !== NEVER)
  const cases = table.lines.find(({ name }) => name === 'cases')
  return `${role} is a new role: it sees ${seen.length} fields of a case that is ${cases ? cellOf(table, cases, role) : ''}`
}

function newField(line: PolicyLine, table: PolicyTable): string {
  const readers = table.roles.filter((role) => cellOf(table, line, role) !== NEVER)
  return `${line.name} is new, in ${inWords(line.group)}: seen by ${readers.join(', ') || 'no role'}`
}

function moved(before: PolicyLine | undefined, after: PolicyLine): string[] {
  if (!before || (before.group === after.group && before.from === after.from)) return []
  const place = ({ group, from }: PolicyLine) => `${inWords(group)} from ${from}`
  return [`${after.name} moved from ${place(before)} to ${place(after)}`]
}

interface Change {
  readonly line: PolicyLine
  readonly before: string
  readonly after: string
}

function roleDifference(role: string, before: PolicyTable, after: PolicyTable): string[] {
  const changes = after.lines.flatMap((line): Change[] => {
    const old = before.lines.find(({ name }) => name === line.name)
    if (!old) return []
    const change = { line, before: cellOf(before, old, role), after: cellOf(after, line, role) }
    return change.before === change.after ? [] : [change]
  })
  const rules = changes.filter(({ line }) => line.group === '')
  const alike = new Map<string, Change[]>()
  for (const change of changes.filter(({ line }) => line.group !== '')) {
    const key = [change.line.group, change.before, change.after].join('|')
    alike.set(key, [...(alike.get(key) ?? []), change])
  }
  return [
    ...rules.map((change) => `${role}: ${change.line.name}: now ${change.after}; before ${change.before}`),
    ...[...alike.values()].map((same) => sentence(role, same, after)),
  ]
}

/** Fields of one group that changed alike: by the group's name where they are all of it, else by their own. */
function sentence(role: string, same: readonly Change[], table: PolicyTable): string {
  const [first] = same
  if (!first) return ''
  const { line, before, after } = first
  const whole = table.lines.filter(({ group }) => group === line.group).length === same.length
  const what = whole
    ? inWords(line.group)
    : `${same.map((each) => each.line.name).join(', ')} (${inWords(line.group)})`
  const when = after === ALWAYS ? '' : ` ${after}`
  if (before === NEVER) return `${role} gains ${what}${when}`
  if (after === NEVER) return `${role} loses ${what}`
  return `${role} sees ${what} ${after}; before ${before}`
}

function cellOf(table: PolicyTable, line: PolicyLine, role: string): string {
  return line.cells[table.roles.indexOf(role)] ?? NEVER
}

/** A group as people say it: `RoSH narrative`. */
function inWords(group: string): string {
  return group
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\brosh\b/, 'RoSH')
    .replace(/\bmappa\b/, 'MAPPA')
}
