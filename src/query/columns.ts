/** Columns by the table or view of schema `record` that they are of. */
export class Columns {
  private readonly byRelation = new Map<string, Set<string>>()

  add(relation: string, ...columns: readonly string[]): void {
    const known = this.byRelation.get(relation) ?? new Set()
    this.byRelation.set(relation, known)
    for (const column of columns) known.add(column)
  }

  addAll(other: Columns): void {
    for (const [relation, columns] of other.byRelation) this.add(relation, ...columns)
  }

  has(relation: string, column: string): boolean {
    return this.byRelation.get(relation)?.has(column) === true
  }

  /** Sorted, so that equal sets are equal texts. */
  entries(): [relation: string, columns: string[]][] {
    return [...this.byRelation]
      .map(([relation, columns]): [string, string[]] => [relation, [...columns].sort()])
      .sort(([one], [other]) => (one < other ? -1 : 1))
  }
}

/** The relations that aliases stand for outside a fragment of SQL. */
type Aliases = Readonly<Record<string, string>>

/**
 * The columns that SQL of ours reads. It names every column by its row's alias and declares each alias as
 * `record.<relation> <alias>`; an alias that stands for two relations counts for both.
 */
export function columnsRead(sql: string, outer: Aliases = {}): Columns {
  const relations = new Map<string, Set<string>>()
  const declared = [...sql.matchAll(/\brecord\.(\w+) (?:as )?(\w+)/g)].map(([, relation, alias]) => [
    alias,
    relation,
  ])
  for (const [alias = '', relation = ''] of [...Object.entries(outer), ...declared]) {
    relations.set(alias, (relations.get(alias) ?? new Set()).add(relation))
  }
  const columns = new Columns()
  for (const [, alias = '', column = ''] of sql.matchAll(/\b([a-z]\w*)\.([a-z]\w*)\b/g)) {
    for (const relation of relations.get(alias) ?? []) columns.add(relation, column)
  }
  return columns
}
