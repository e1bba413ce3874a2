import type { Catalogue, Field } from '../catalogue/catalogue'
import type { FieldGroup } from '../domain/field-group'
import type { Depth } from '../domain/field-group'
import { weighField } from './plan-access'
import { governedFields } from './policy-table'
import { RELATIONSHIPS } from './relationships'
import type { Grant, Role } from './role'
import { ROLES } from './roles'

/**
 * The access matrix as text: role × field. ● shown, ◐ shown for some cases or purposes (said below),
 * ○ withheld. Rows: which cases a role sees at all.
 */
export function accessMatrix(catalogue: Catalogue): string {
  const roles = Object.values(ROLES)
  const fields = governedFields(catalogue)
  const width = Math.max(...fields.map((field) => field.coordinate.length))
  const lines = fields.map((field) => {
    const cells = roles.map((role) => cell(role, field).padEnd(3)).join('')
    return `${field.coordinate.padEnd(width)}  ${cells}${groupOf(field)}`
  })
  return [
    '● shown   ◐ shown for some cases or purposes   ○ withheld',
    '',
    ...roles.map((role, i) => `${' '.repeat(width + 2)}${'│  '.repeat(i)}${role.name}`),
    ...lines,
    '',
    ...roles.flatMap((role) => ['', ...describeRole(role)]),
    '',
  ]
    .map((line) => line.trimEnd())
    .join('\n')
}

function cell(role: Role, field: Field): string {
  if (field.classification.kind !== 'group') return '●'
  const { classification } = field
  const verdicts = role.purposes.map((purpose) => weighField(role, classification, purpose))
  if (verdicts.every((verdict) => verdict === 'yes')) return '●'
  return verdicts.every((verdict) => verdict === 'ROLE') ? '○' : '◐'
}

function groupOf(field: Field): string {
  return field.classification.kind === 'group'
    ? `${field.classification.group} from ${field.classification.from}`
    : ''
}

/** A role in words: its cases, its purposes, its groups. */
export function describeRole(role: Role): string[] {
  const { relationship, unjustified } = role.rows
  const groups = Object.entries(role.groups) as [FieldGroup, Grant][]
  const of = (depth: Depth) => groups.filter(([, grant]) => grant === depth).map(([group]) => group)
  const conditional = groups.flatMap(([group, grant]) =>
    typeof grant === 'string' ? [] : grant.map((each) => ({ group, ...each })),
  )
  return [
    role.name,
    `  sees a case that is ${RELATIONSHIPS[relationship].says}`,
    ...(unjustified ? [`  without a justification only one that is ${RELATIONSHIPS[unjustified].says}`] : []),
    `  for ${role.purposes.join(', ')}`,
    ...(role.journal ? [`  reads the journal for ${role.journal.join(', ')}`] : []),
    `  in full: ${of('FULL').join(', ') || 'nothing'}`,
    `  in summary: ${of('SUMMARY').join(', ') || 'nothing'}`,
    ...conditional.map(
      ({ group, depth, when, purposes }) =>
        `  ${group} ${depth} where the case is ${RELATIONSHIPS[when].says}${purposes ? `, for ${purposes.join(', ')}` : ''}`,
    ),
    ...(role.breakGlass ? [`  in an emergency, of one offender: ${role.breakGlass.join(', ')}`] : []),
  ]
}
