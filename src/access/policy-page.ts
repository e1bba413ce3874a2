import { FIELD_GROUPS, type FieldGroup } from '../domain/field-group'
import { governedFields } from './policy-table'
import { describeRole } from './matrix'
import type { Catalogue } from '../catalogue/catalogue'
import type { Grant, Role } from './role'
import { ROLES } from './roles'

/** The access matrix as a page for people (docs/access-matrix.md): groups by role, roles in words, fields by group. */
export function policyPage(catalogue: Catalogue): string {
  const roles = Object.values(ROLES)
  return [
    '# Who may see what',
    '',
    'Written from the schema and the roles by `npm run golden`; how to read it: [access.md](access.md). **F** full, **s** summary, **c** for some cases or purposes (said below), blank nothing, **e** opened in an emergency.',
    '',
    table(
      ['group', ...roles.map(({ name }) => name)],
      FIELD_GROUPS.map((group) => [group, ...roles.map((role) => depthOf(role, group))]),
    ),
    '',
    '## Roles',
    ...roles.flatMap((role) => {
      const [name = '', ...lines] = describeRole(role)
      return ['', `### ${name}`, '', ...lines.map((line) => `- ${line.trim()}`)]
    }),
    '',
    '## Fields',
    '',
    'A field is shown from its depth on.',
    ...FIELD_GROUPS.flatMap((group) => fieldsOf(catalogue, group)),
    '',
  ].join('\n')
}

function depthOf({ groups, breakGlass }: Role, group: FieldGroup): string {
  const letters = { FULL: 'F', SUMMARY: 's', NONE: '' }
  const grant: Grant = groups[group]
  const usual = typeof grant === 'string' ? letters[grant] : 'c'
  const isOpened = usual !== 'F' && (breakGlass?.some((opened) => opened === group) ?? false)
  return isOpened ? `${usual} e`.trim() : usual
}

function fieldsOf(catalogue: Catalogue, group: FieldGroup): string[] {
  const own = governedFields(catalogue).flatMap(({ classification, coordinate }) =>
    classification.kind === 'group' && classification.group === group
      ? [{ coordinate, from: classification.from, prose: classification.prose }]
      : [],
  )
  const from = (depth: string) =>
    own
      .filter((field) => field.from === depth)
      .map(({ coordinate, prose }) => `\`${coordinate}\`${prose ? ' (text)' : ''}`)
  const line = (depth: string, says: string) =>
    from(depth).length === 0 ? [] : ['', `${says}: ${from(depth).join(', ')}.`]
  return ['', `### ${group}`, ...line('SUMMARY', 'Summary'), ...line('FULL', 'Full')]
}

/** A Markdown table, its columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, i) => Math.max(3, cell.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [
    line(header),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n')
}
