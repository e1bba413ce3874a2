import { parseArgs } from 'node:util'
import { readSchema } from './catalogue/read-schema'
import { readConfig, type Config } from './config'
import { clientsPage } from './documents/page'
import type { Reach } from './documents/reach'
import { allOrFaults } from './documents/read-documents'
import { register, type RegisteredDocument } from './documents/register'
import { ROLE_NAMES } from './domain/caller'
import type { DocumentLimits } from './domain/document-limits'
import { trustedDocuments } from './issuers'
import { readSchemaFiles } from './store/package-files'
import { complaint } from './token-command'

const HELP = `throughcare documents                what the clients of this configuration have registered
throughcare documents page           what each of them can ever see by it, as a Markdown page
throughcare documents check PATH…    whether documents can be registered, their ids, and what each role would see

PATH is a .graphql file, a manifest (.json: texts by id, or an apollo-persisted-query-manifest), or a folder of both.
Documents are registered in TRUSTED_ISSUERS, under "documents" of their client's issuer, and read at the start.
`

/** `throughcare documents`: registered documents, and what they show. */
export function runDocumentsCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): number {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options,
    })
    const said = values.help === true ? HELP : say(positionals, readConfig(env))
    if (said !== undefined) {
      process.stdout.write(said)
      return 0
    }
    process.stderr.write(`Say what is asked for.\n\n${HELP}`)
    return 1
  } catch (error) {
    process.stderr.write(`${complaint(error)}\n`)
    return 1
  }
}

function say([what, ...paths]: readonly string[], config: Config): string | undefined {
  const catalogue = readSchema(readSchemaFiles())
  const { documentLimits: limits, introspection } = config
  if (what === 'check' && paths.length > 0) {
    const check = (path: string) => () =>
      register(path, { roles: ROLE_NAMES }, { catalogue, limits, introspection })
    const checked = allOrFaults(paths.map(check)).flat()
    return lines(checked.flatMap((document) => describe(document, limits)))
  }
  if (paths.length > 0 || (what !== undefined && what !== 'page')) return undefined
  const applications = trustedDocuments(config, catalogue).all()
  if (what === 'page') return clientsPage(applications)
  if (applications.length === 0) return 'No client has registered documents.\n'
  return lines(
    applications.flatMap(({ issuer, client, registeredOnly, documents }) => [
      `${client} of ${issuer}${registeredOnly ? ', registered documents only' : ''}`,
      ...documents.flatMap((document) => head(document, limits)).map((line) => `  ${line}`),
    ]),
  )
}

function lines(said: readonly string[]): string {
  return said.map((line) => `${line}\n`).join('')
}

function head({ place, ids, operations }: RegisteredDocument, limits: DocumentLimits): string[] {
  const named = operations.map(({ name = 'an operation without a name', weight: { cost, depth } }) => {
    return `  ${name}: cost ${cost} of ${limits.cost}, depth ${depth} of ${limits.depth}`
  })
  return [place, ...ids.map((id) => `  ${id}`), ...named]
}

function describe(document: RegisteredDocument, limits: DocumentLimits): string[] {
  const seen = document.operations.flatMap(({ name, reaches }) => [
    `  ${name ?? 'The operation'} shows`,
    ...reaches.flatMap(sentences).map((line) => `    ${line}`),
  ])
  return [...head(document, limits), ...seen]
}

const WHEN = {
  always: '',
  sometimes: ', of some cases or for some purposes',
  emergency: ', in an emergency alone',
} as const

function sentences({ role, shown, refused }: Reach): string[] {
  if (refused) return [`${role}: refused, ${refused.code}`]
  const of = (when: keyof typeof WHEN) =>
    [...shown].flatMap(([field, here]) => (here === when ? [field] : []))
  const said = (['always', 'sometimes', 'emergency'] as const).flatMap((when) => {
    const fields = of(when)
    return fields.length === 0 ? [] : [`${role}${WHEN[when]}: ${fields.join(', ')}`]
  })
  return said.length === 0 ? [`${role}: nothing that belongs to a group`] : said
}
