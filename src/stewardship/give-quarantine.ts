import type { Binds } from '../domain/binds'
import { connectionOf, readPage } from '../query/cursor'
import type { Given } from '../query/roots'
import type { Asked } from '../commands/asked'
import { asNumber, stewardsOnly, type StewardshipDeps } from './deps'
import { findItem, findItems } from './items'

interface QuarantineFilter {
  readonly state?: string | null
  readonly format?: string | null
  readonly reason?: string | null
  readonly client?: string | null
}

/** A page of what was put aside, longest waiting first. */
export async function giveQuarantine(
  { args, plan, context, cursors }: Asked,
  deps: StewardshipDeps,
): Promise<Given> {
  stewardsOnly(plan)
  const page = readPage(args, 1, cursors)
  const where = (args['where'] ?? {}) as QuarantineFilter
  const found = await findItems(deps.query, context.caller, deps.commands.now(), (binds) => {
    const after = page.after ? ` and q.received_id > ${binds.bind(page.after[0], 'bigint')}` : ''
    return `${filterSql(where, binds)}${after} order by q.received_id limit ${page.first + 1}`
  })
  const items = found.slice(0, page.first)
  const nodes = items.map(({ values }) => values)
  return {
    values: connectionOf(nodes, (node) => [String(node['id'])], page, found.length > page.first),
    subjects: [...new Set(items.flatMap(({ people }) => people))],
    discloses: items.length > 0,
  }
}

function filterSql({ state, format, reason, client }: QuarantineFilter, binds: Binds): string {
  const terms = [`q.state = ${binds.bind(state ?? 'QUARANTINED', 'text')}`]
  if (format != null) terms.push(`r.format = ${binds.bind(format, 'text')}`)
  if (reason != null) terms.push(`q.code = ${binds.bind(reason, 'text')}`)
  if (client != null) terms.push(`r.client = ${binds.bind(client, 'text')}`)
  return terms.join(' and ')
}

/** One item with the document itself, which is the sending agency's; null alike for none and for another's. */
export async function giveQuarantineItem(
  { args, plan, context }: Asked,
  deps: StewardshipDeps,
): Promise<Given | null> {
  stewardsOnly(plan)
  const id = asNumber(args['item'] as string, 'item')
  const item = await findItem(deps.query, context.caller, deps.commands.now(), id)
  if (!item) return null
  const [document] = await deps.query(
    'select d.payload, d.sender, d.version from record.quarantined_document($1::bigint) d',
    [id],
  )
  const sent = (document?.['sender'] ?? {}) as SentBeside
  return {
    values: {
      item: item.values,
      payload: document?.['payload'] ?? null,
      person: [
        ...(sent.person ?? []).map(({ type, raw }) => ({ type, value: raw })),
        ...(sent.personId === undefined ? [] : [{ type: 'ID', value: sent.personId }]),
      ],
      observedAt: sent.observedAt ?? null,
      version: Number(document?.['version'] ?? 0) || null,
    },
    subjects: item.people,
    discloses: true,
  }
}

/** What the message said beside the document. */
interface SentBeside {
  readonly person?: readonly { readonly type: string; readonly raw: string }[]
  readonly personId?: string
  readonly observedAt?: string
}
