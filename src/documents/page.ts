import { ROLE_NAMES, type RoleName } from '../domain/caller'
import { table } from '../access/policy-page'
import type { Shown } from './reach'
import type { ClientApplication } from './trusted'

const LETTERS: Readonly<Record<Shown, string>> = { always: 'A', sometimes: 'c', emergency: 'e' }

/** What client applications can ever see by their registered documents, as a page for people. */
export function clientsPage(applications: readonly ClientApplication[]): string {
  return [
    '# What client applications see',
    '',
    'Written by `npm run golden` from the documents that come with the gateway, for the development issuer; `throughcare documents page` writes it for a configuration of yours. How documents are registered: [access.md](access.md#client-applications).',
    '',
    'A field is shown **A** of every case that the role sees, **c** of some of them or for some purposes, **e** in an emergency alone; blank: never. Fields that belong to no group are not listed: they are shown wherever their object is. Limited access bars cases beside all this.',
    ...applications.flatMap(describeClient),
    '',
  ].join('\n')
}

function describeClient(application: ClientApplication): string[] {
  const { issuer, client, registeredOnly, documents } = application
  const operations = documents.flatMap(({ place, ids, operations }) =>
    operations.map(({ name = '', weight }) => [name, place, String(weight.cost), ids[0] ?? '']),
  )
  return [
    '',
    `## ${client}`,
    '',
    `Of the issuer \`${issuer}\`. ${registeredOnly ? 'It asks nothing else' : 'It may ask other documents as well, which are not shown here'}.`,
    '',
    table(['operation', 'file', 'cost', 'id'], operations),
    '',
    ...fieldsOf(application),
  ]
}

function fieldsOf(application: ClientApplication): string[] {
  const byRole = ROLE_NAMES.map((role) => [role, shownTo(role, application)] as const)
  const readers = byRole.filter(([, shown]) => shown.size > 0)
  const fields = [...new Set(readers.flatMap(([, shown]) => [...shown.keys()]))].sort()
  const rows = fields.map((field) => [
    `\`${field}\``,
    ...readers.map(([, shown]) => letterOf(shown.get(field))),
  ])
  const others = byRole.filter(([, shown]) => shown.size === 0).map(([role]) => role)
  return [
    table(['field', ...readers.map(([role]) => role)], rows),
    ...(others.length === 0 ? [] : ['', `None of them: ${others.join(', ')}.`]),
  ]
}

function letterOf(shown: Shown | undefined): string {
  return shown === undefined ? '' : LETTERS[shown]
}

const ORDER: readonly Shown[] = ['always', 'sometimes', 'emergency']

/** By all operations together: the most that one of them shows. */
function shownTo(role: RoleName, { documents }: ClientApplication): Map<string, Shown> {
  const reaches = documents.flatMap(({ operations }) => operations.flatMap((operation) => operation.reaches))
  const all = new Map<string, Shown>()
  for (const { shown } of reaches.filter((reach) => reach.role === role)) {
    for (const [field, here] of shown) {
      const known = all.get(field) ?? here
      all.set(field, ORDER.indexOf(here) < ORDER.indexOf(known) ? here : known)
    }
  }
  return all
}
