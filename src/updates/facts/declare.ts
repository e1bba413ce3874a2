import type { MachineRole } from '../../domain/caller'
import { snakeCase } from '../../domain/snake-case'

/** `OASYS` holds assessments of whichever tool; the others are the records of an agency's own system. */
export type SourceSystem = 'NOMIS' | 'DELIUS' | 'CRC' | 'OASYS'

/** Which systems may state a fact, by the system whose record it is in (contract: who may push what). Silence never grants. */
export type Owners = Readonly<Partial<Record<SourceSystem, readonly MachineRole[]>>>

/** One property of a fact and the column that keeps it. */
export interface Column<T, Required extends boolean = boolean> {
  readonly kind: 'plain' | 'code' | 'organisation' | 'organisationName' | 'aside'
  readonly required: Required
  readonly list: boolean
  /** Carries the type alone. */
  readonly value?: T
}

export type Columns = Readonly<Record<string, Column<unknown>>>

type Required<C extends Columns> = { [K in keyof C]: C[K] extends Column<unknown, true> ? K : never }[keyof C]
type ValueOf<X> = X extends Column<infer T> ? Exclude<T, undefined> : never

/** What suppliers state: the properties that a declaration names, those that must be there first. */
export type StatedRow<C extends Columns> = { readonly [K in Required<C>]: ValueOf<C[K]> } & {
  readonly [K in Exclude<keyof C, Required<C>>]?: ValueOf<C[K]>
}

interface Stating<T> extends Column<T, false> {
  /** Without it the fact is none. */
  readonly must: Column<T, true>
}

function column<T>(kind: Column<T>['kind'], list = false): Stating<T> {
  return { kind, list, required: false, must: { kind, list, required: true } }
}

/** Text, or one of some words: `text<'ACTIVE' | 'INACTIVE'>()`. */
export const text = <T extends string = string>() => column<T>('plain')
/** `2026-11-22`. */
export const date = () => column<string>('plain')
/** ISO 8601 instant. */
export const instant = () => column<string>('plain')
export const whole = <T extends number | null = number>() => column<T>('plain')
export const number = () => column<number>('plain')
export const flag = () => column<boolean>('plain')
export const texts = () => column<readonly string[]>('plain', true)
/** A supplier's code of something else, e.g. a team; kept in `<name>_code`. */
export const code = () => column<string>('code')
/** Code of an organisation, kept in `<name>_code`; one that is new to us is taken in. */
export const organisation = () => column<string>('organisation')
/** What the document calls the organisation of `<name>` in `<name>Name`; learnt, and not kept with the fact. */
export const organisationName = () => column<string>('organisationName')
/** How a statement is meant: kept with it in the log, and in no table. */
export const aside = <T>() => column<T>('aside')

export type Row = Readonly<Record<string, unknown>>
/** The rows that a fact states, by table. */
export type RowsByTable = Readonly<Record<string, readonly Row[]>>

export interface StatingContext {
  readonly system: SourceSystem
  readonly receivedOn: Date
}

/** A kind of fact: where it is kept, who may state it, and how what is stated becomes rows. */
export interface FactDeclaration<Fact = unknown> {
  /** What a fact, or one of a list, may state. */
  readonly properties: readonly string[]
  readonly tables: readonly string[]
  readonly owners: Owners
  /** The tables are derived from all statements (the MAPPA registers' periods), not written from the newest. */
  readonly derived: boolean
  /** May be stated in part (`partial`): what such a statement does not speak of stays as it was last stated. */
  readonly inParts: boolean
  /** Beside the record: what makes two statements about the same row, by table. */
  readonly keys: Readonly<Record<string, readonly string[]>>
  /** The columns kept, by table. */
  readonly columns: Readonly<Record<string, readonly string[]>>
  /** Rows that stay though a later statement leaves them out, and that a late statement adds all the same. */
  readonly lasting?: Lasting
  rows(fact: Fact, context: StatingContext): RowsByTable
  /** Organisations that the fact names, with the name it gives them. */
  organisations(fact: Fact): readonly NamedOrganisation[]
}

/** Rows whose column has one of these values. */
export interface Lasting {
  readonly column: string
  readonly values: readonly string[]
}

export interface NamedOrganisation {
  readonly code: string
  readonly name?: string
}

interface Options<C extends Columns> {
  readonly derived?: boolean
  /** Columns that are worked out from the fact when it is stated, beside or over its own. */
  readonly worked?: (row: StatedRow<C>, context: StatingContext) => Row
  readonly workedColumns?: readonly string[]
  readonly lasting?: Lasting
}

/** At most one row a record; null states that there is none. */
export function one<C extends Columns>(
  table: string,
  columns: C,
  owners: Owners,
  options: Options<C> = {},
): FactDeclaration<StatedRow<C> | null> {
  return declare(table, [], columns, owners, options, (fact) => (fact === null ? [] : [fact]))
}

/** A list, told apart by `key`; what it names twice counts once, and an empty one states that there is none. */
export function many<C extends Columns>(
  table: string,
  key: readonly (keyof C & string)[],
  columns: C,
  owners: Owners,
  options: Options<C> = {},
): FactDeclaration<readonly StatedRow<C>[]> {
  return declare(table, key, columns, owners, options, (fact) => fact)
}

/** Rows that have records of their own (referrals, licences): an empty list states that there are none of them. */
export function none(table: string, columns: Columns, owners: Owners): FactDeclaration<readonly never[]> {
  return declare(table, [], columns, owners, {}, () => [])
}

function declare<C extends Columns, Fact>(
  table: string,
  key: readonly (keyof C & string)[],
  columns: C,
  owners: Owners,
  { derived = false, worked, workedColumns = [], lasting }: Options<C>,
  items: (fact: Fact) => readonly StatedRow<C>[],
): FactDeclaration<Fact> {
  const keyColumns = key.map((name) => columnName(name, columns[name]))
  const plain = plainRows(columns)
  const row = (fact: StatedRow<C>, context: StatingContext) =>
    worked === undefined ? plain(fact) : { ...plain(fact), ...worked(fact, context) }
  const naming = Object.keys(columns).filter((name) => columns[name]?.kind === 'organisation')
  return {
    properties: Object.keys(columns).filter((name) => columns[name]?.kind !== 'aside'),
    tables: [table],
    owners,
    derived,
    inParts: 'partial' in columns && !derived,
    ...(lasting && { lasting }),
    keys: { [table]: keyColumns },
    columns: { [table]: [...new Set([...keptColumns(columns), ...workedColumns])] },
    rows: (fact, context) => ({
      [table]: distinct(
        items(fact).map((item) => row(item, context)),
        key.length === 0 ? undefined : keyColumns,
      ),
    }),
    organisations: (fact) => items(fact).flatMap((item) => named(naming, item)),
  }
}

export function columnName(name: string, column: Column<unknown> | undefined): string {
  const isCode = column?.kind === 'organisation' || column?.kind === 'code'
  return isCode ? `${snakeCase(name)}_code` : snakeCase(name)
}

export function keptColumns(columns: Columns): string[] {
  return Object.entries(columns)
    .filter(([, column]) => column.kind !== 'organisationName' && column.kind !== 'aside')
    .map(([name, column]) => columnName(name, column))
}

/** Makes rows of what is stated: which column each property goes to is worked out once. */
export function plainRows<C extends Columns>(columns: C): (fact: StatedRow<C>) => Row {
  const kept = Object.entries(columns)
    .filter(([, column]) => column.kind !== 'organisationName')
    .map(([name, column]) => [name, columnName(name, column)] as const)
  return (fact) => {
    const row: Record<string, unknown> = {}
    for (const [name, column] of kept) {
      const value = (fact as Row)[name]
      if (value !== undefined && value !== null) row[column] = value
    }
    return row
  }
}

/** The first of those that are one by their key. */
export function distinct(rows: readonly Row[], key: readonly string[] | undefined): readonly Row[] {
  if (key === undefined) return rows.slice(0, 1)
  const byKey = new Map<string, Row>()
  for (const row of rows) {
    const name = JSON.stringify(key.map((column) => row[column] ?? null))
    if (!byKey.has(name)) byKey.set(name, row)
  }
  return [...byKey.values()]
}

function named(naming: readonly string[], fact: Row): NamedOrganisation[] {
  return naming.flatMap((name): NamedOrganisation[] => {
    const code = fact[name]
    if (typeof code !== 'string') return []
    const called = fact[`${name}Name`]
    return [{ code, ...(typeof called === 'string' && { name: called }) }]
  })
}
