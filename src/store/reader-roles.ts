import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { sha256 } from '../domain/digest'
import type { ReadableSet } from '../query/readable-sets'
import type { Connection } from './database'
import { asOwner, MigrationFault } from './migrate'

const PREFIX = 'throughcare_read_'

/** The database's role for a set of columns, named by what it may read, so that another policy has others. */
export function readerRole({ columns }: Pick<ReadableSet, 'columns'>): string {
  return `${PREFIX}${sha256(JSON.stringify(columns)).slice(0, 8)}`
}

/**
 * Makes one role of the database for each set, granted its columns and nothing else, in which `runtimeUser`
 * (or else the owner) may then act; those of an earlier policy lose what they had. Done as the owner, after
 * migrating; once it is done, doing it again changes nothing. Throws MigrationFault where the owner may not.
 */
export async function grantReading(
  owner: Connection,
  runtimeUser: string | undefined,
  sets: readonly ReadableSet[],
): Promise<void> {
  await asOwner(owner, (client) =>
    againOnCollision(async () => {
      await makeRoles(client, runtimeUser, sets.map(readerRole))
      await grantColumns(client, sets)
      await dropOthers(client, sets.map(readerRole))
    }),
  )
}

const ATTEMPTS = 20
const PAUSE_MS = 50

/**
 * Roles belong to the whole server and the owner's lock to one of its databases: a gateway that starts on
 * another may be making or dropping the same roles at this moment.
 */
async function againOnCollision(work: () => Promise<void>): Promise<void> {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      await work()
      return
    } catch (error) {
      if (left === 1 || !isCollision(error)) throw error
      await sleep(PAUSE_MS)
    }
  }
}

/** Made, or dropped, or lent by the other in between; some of which have no code of their own. */
function isCollision(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  return (
    ['42710', '23505', '42704'].includes(code) ||
    /tuple concurrently|could not find tuple for role/.test(message)
  )
}

async function makeRoles(client: Client, runtimeUser: string | undefined, names: string[]): Promise<void> {
  const { rows } = await client.query<{ name: string; missing: boolean; lent: boolean; actor: string }>(
    `select n.name, r.oid is null as missing, coalesce(pg_has_role(u.name, r.oid, 'SET'), false) as lent, u.name as actor
     from unnest($1::text[]) n(name) left join pg_roles r on r.rolname = n.name,
     coalesce($2::text, current_user) u(name)`,
    [names, runtimeUser],
  )
  const unlent = rows.filter(({ lent }) => !lent)
  const [{ actor } = { actor: '' }] = unlent
  const statements = [
    ...rows.filter(({ missing }) => missing).map(({ name }) => `create role ${name} nologin`),
    ...(unlent.length === 0
      ? []
      : [`grant ${unlent.map(({ name }) => name).join(', ')} to ${client.escapeIdentifier(actor)}`]),
  ]
  try {
    for (const statement of statements) await client.query(statement)
  } catch (error) {
    throw isForbidden(error) ? administratorsWork(statements, error) : error
  }
}

function isForbidden(error: unknown): boolean {
  return (error as { code?: string }).code === '42501'
}

function administratorsWork(statements: readonly string[], cause: unknown): MigrationFault {
  return new MigrationFault(
    `the database's owner may not make and lend the roles that answers are read in; give it createrole, or let an administrator run: ${statements.join('; ')}`,
    { cause },
  )
}

/** Where a role has other rights than its set, in any table of the record, it loses them all and is given its set. */
async function grantColumns(client: Client, sets: readonly ReadableSet[]): Promise<void> {
  const held = await heldColumns(client)
  const wanted = new Map(sets.map((set) => [readerRole(set), set]))
  const changed = [...wanted].filter(([name, { columns }]) => held.get(name) !== textOf(columns))
  const former = [...held.keys()].filter((name) => !wanted.has(name))
  const statements = [
    ...[...former.map((name) => client.escapeIdentifier(name)), ...changed.map(([name]) => name)].flatMap(
      (name) => [
        `revoke all on all tables in schema record from ${name}`,
        `revoke all on schema record from ${name}`,
      ],
    ),
    ...grants(client, changed),
  ]
  // Sent as one text, so that all of it is done or nothing.
  if (statements.length > 0) await client.query(statements.join(';\n'))
}

/** Each at once to all roles that are granted the same of a relation, which most are. */
function grants(client: Client, wanted: readonly (readonly [name: string, set: ReadableSet])[]): string[] {
  const grantees = new Map<string, string[]>()
  for (const [name, { columns }] of wanted) {
    for (const [relation, names] of columns) {
      const list = names.map((column) => client.escapeIdentifier(column)).join(', ')
      const grant = `select (${list}) on record.${client.escapeIdentifier(relation)}`
      grantees.set(grant, [...(grantees.get(grant) ?? []), name])
    }
  }
  return [
    ...wanted.map(([name]) => `grant usage on schema record to ${name}`),
    ...[...grantees].map(([grant, names]) => `grant ${grant} to ${names.join(', ')}`),
  ]
}

/** What roles of this kind may do in the record's tables; anything but reading columns is told apart. */
async function heldColumns(client: Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ role: string; relation: string; columns: string[] }>(
    `select r.rolname as role, p.relation, array_agg(p.name) as columns
     from (
       select c.relname as relation, g.grantee, case g.privilege_type when 'SELECT' then a.attname::text else '*' end as name
       from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) g
       where c.relnamespace = 'record'::regnamespace
       union all
       select c.relname, g.grantee, '*' from pg_class c, aclexplode(c.relacl) g where c.relnamespace = 'record'::regnamespace
     ) p join pg_roles r on r.oid = p.grantee
     where starts_with(r.rolname, $1) group by 1, 2`,
    [PREFIX],
  )
  const byRole = new Map<string, [string, string[]][]>()
  for (const { role, relation, columns } of rows) {
    byRole.set(role, [...(byRole.get(role) ?? []), [relation, columns]])
  }
  return new Map([...byRole].map(([role, columns]) => [role, textOf(columns)]))
}

function textOf(columns: ReadableSet['columns']): string {
  const lines = columns.map(([relation, names]) => `${relation}: ${[...names].sort().join(' ')}`)
  return lines.sort().join('\n')
}

/** One that another database of the server still grants something to stays until that one has moved on. */
async function dropOthers(client: Client, names: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select r.rolname as name from pg_roles r where starts_with(r.rolname, $1) and r.rolname <> all($2::text[])',
    [PREFIX, names],
  )
  for (const { name } of rows) {
    await client.query(`drop role ${client.escapeIdentifier(name)}`).catch((error: unknown) => {
      const { code } = error as { code?: string }
      if (code !== STILL_GRANTED && !isForbidden(error)) throw error
    })
  }
}

const STILL_GRANTED = '2BP01'
