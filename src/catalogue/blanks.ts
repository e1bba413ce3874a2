import { Kind, visit, type ASTNode, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { Blank, isPlainObject } from '../domain/blank'

/** Root fields whose statement is the same whoever is asked for, and the arguments that say who that is. */
const ROOTS: readonly string[] = ['offender', 'offenders']
const ARGUMENTS: readonly string[] = ['by', 'where']
/** A name is looked for by its words, which make the statement. */
const KEPT: readonly string[] = ['name']

type Variables = Readonly<Record<string, unknown>>

/** The variables of an operation that say who is asked for, and nothing besides. */
export function blankVariables(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlySet<string> {
  const roots = operation.selectionSet.selections.flatMap((root) =>
    root.kind === Kind.FIELD && ROOTS.includes(root.name.value) ? [root] : [],
  )
  const saying = roots
    .flatMap((root) => root.arguments ?? [])
    .filter(({ name }) => ARGUMENTS.includes(name.value))
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  const whose = usesIn(saying, KEPT)
  const all = usesIn([operation.selectionSet, ...fragments], [])
  return new Set([...whose].filter(([name, uses]) => uses === all.get(name)).map(([name]) => name))
}

/** How often each variable stands there, but as a member that is kept. */
function usesIn(nodes: readonly ASTNode[], kept: readonly string[]): Map<string, number> {
  const uses = new Map<string, number>()
  for (const node of nodes)
    visit(node, {
      ObjectField: ({ name }) => (kept.includes(name.value) ? false : undefined),
      Variable: ({ name: { value } }) => {
        uses.set(value, (uses.get(value) ?? 0) + 1)
      },
    })
  return uses
}

/** The variables, with a blank for each text that only says who is asked for. */
export function blanked(variables: Variables, blanks: ReadonlySet<string>): Record<string, unknown> {
  return replaced(variables, blanks, (path) => {
    return new Blank(path.join('.'), (particulars) => path.reduce<unknown>(memberOf, particulars.variables))
  })
}

/** What of the variables is not blank, as a text. */
export function outline(variables: Variables, blanks: ReadonlySet<string>): string {
  return JSON.stringify(replaced(variables, blanks, () => NO_INPUT))
}

/** No object of the schema's has a member of this name. */
const NO_INPUT = { '': 0 }

function replaced(
  variables: Variables,
  blanks: ReadonlySet<string>,
  by: (path: readonly string[]) => unknown,
): Record<string, unknown> {
  const replace = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') return KEPT.includes(path.at(-1) ?? '') ? value : by(path)
    if (!isPlainObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replace(item, [...path, key])]),
    )
  }
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      blanks.has(name) ? replace(value, [name]) : value,
    ]),
  )
}

function memberOf(value: unknown, key: string): unknown {
  return (value as Variables)[key]
}
