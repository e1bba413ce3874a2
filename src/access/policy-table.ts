import type { Catalogue, Field, ObjectType } from '../catalogue/catalogue'
import type { Purpose } from '../domain/purpose'
import { weighField, type Verdict } from './plan-access'
import { RELATIONSHIPS } from './relationships'
import type { Role } from './role'
import { ROLES } from './roles'

/** The policy as a table of words: a line for each rule of a role and each field, a column for each role. */
export interface PolicyTable {
  readonly roles: readonly string[]
  readonly lines: readonly PolicyLine[]
}

export interface PolicyLine {
  /** A coordinate of the schema, e.g. `Rosh.overall`, or the name of a rule, e.g. `cases`. */
  readonly name: string
  /** Of a field. */
  readonly group: string
  readonly from: string
  /** By role, in the order of the table's roles. */
  readonly cells: readonly string[]
}

export const ALWAYS = 'always'
export const NEVER = 'never'

export function policyTable(catalogue: Catalogue): PolicyTable {
  const roles = Object.values(ROLES)
  const rule = (name: string, say: (role: Role) => string): PolicyLine => {
    return { name, group: '', from: '', cells: roles.map(say) }
  }
  return {
    roles: roles.map(({ name }) => name),
    lines: [
      rule('cases', ({ rows }) => RELATIONSHIPS[rows.relationship].says),
      rule(
        'cases without a justification',
        ({ rows }) => RELATIONSHIPS[rows.unjustified ?? rows.relationship].says,
      ),
      rule('purposes', ({ purposes }) => purposes.join(' ')),
      rule('journal', ({ journal }) => (journal === undefined ? NEVER : ALWAYS)),
      rule('groups opened in an emergency', ({ breakGlass }) => breakGlass?.join(' ') ?? 'none'),
      ...governedFields(catalogue).map((field) => fieldLine(field, roles)),
    ],
  }
}

/** The fields that a role decides about; the others follow their object. */
export function governedFields(catalogue: Catalogue): Field[] {
  const governed = (type: ObjectType) =>
    type.kind === 'given'
      ? []
      : [...type.fields.values()].filter(({ classification }) => classification.kind === 'group')
  return [...catalogue.types.values()].flatMap(governed)
}

function fieldLine(field: Field, roles: readonly Role[]): PolicyLine {
  const { classification } = field
  if (classification.kind !== 'group') throw new Error(`${field.coordinate} is in no group`)
  return {
    name: field.coordinate,
    group: classification.group,
    from: classification.from,
    cells: roles.map((role) =>
      cellOf(role.purposes.map((purpose) => [purpose, weighField(role, classification, purpose)])),
    ),
  }
}

/** `always`, `never`, or when: purposes of one outcome together. */
function cellOf(verdicts: readonly (readonly [Purpose, Verdict])[]): string {
  const byWords = new Map<string, Purpose[]>()
  for (const [purpose, verdict] of verdicts) {
    const words = inWords(verdict)
    byWords.set(words, [...(byWords.get(words) ?? []), purpose])
  }
  if (byWords.size === 1) return [...byWords.keys()][0] ?? NEVER
  const shown = [...byWords].filter(([words]) => words !== NEVER)
  return shown.map(([words, purposes]) => `${words} for ${purposes.join(' ')}`).join('; ')
}

function inWords(verdict: Verdict): string {
  if (verdict === 'yes') return ALWAYS
  if (verdict === 'ROLE' || verdict === 'PURPOSE') return NEVER
  return `when the case is ${verdict.map((name) => RELATIONSHIPS[name].says).join(', or ')}`
}

export function writeCsv({ roles, lines }: PolicyTable): string {
  const rows = [
    ['field', 'group', 'from', ...roles],
    ...lines.map((line) => [line.name, line.group, line.from, ...line.cells]),
  ]
  const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')
}

/** Reads what `writeCsv` wrote. */
export function readCsv(text: string): PolicyTable {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    )
  const [header = [], ...lines] = rows
  return {
    roles: header.slice(3),
    lines: lines.map(([name = '', group = '', from = '', ...cells]) => ({ name, group, from, cells })),
  }
}
