import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { sha256 } from '../domain/digest'

/** A document as its client wrote it. */
export interface DocumentSource {
  /** The file, and the id inside a manifest. */
  readonly place: string
  readonly text: string
  /** By which requests may name it: `sha256:` and the hash of its text, and what a manifest calls it. */
  readonly ids: readonly string[]
}

/** Documents that cannot be registered: a line each, with file, operation and place. */
export class DocumentFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`documents cannot be registered:\n  ${faults.join('\n  ')}`)
    this.name = 'DocumentFaults'
  }
}

/** Does all of it, and throws the faults of all together. */
export function allOrFaults<T>(works: readonly (() => T)[]): T[] {
  const faults: string[] = []
  const done = works.flatMap((work) => {
    try {
      return [work()]
    } catch (error) {
      if (!(error instanceof DocumentFaults)) throw error
      faults.push(...error.faults)
      return []
    }
  })
  if (faults.length > 0) throw new DocumentFaults(faults)
  return done
}

/**
 * Reads a `.graphql` file, a manifest of ids and texts (`.json`), or all of them in a folder, by name.
 * Throws `DocumentFaults`.
 */
export function readDocuments(path: string): DocumentSource[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new DocumentFaults([`${path}: there is no such file or folder`])
  const files = stats.isDirectory() ? filesIn(path) : [path]
  const sources = allOrFaults(files.map((file) => () => readFile(file))).flat()
  if (sources.length === 0) throw new DocumentFaults([`${path}: no .graphql file and no .json manifest`])
  return sources
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(graphql|json)$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}

function readFile(file: string): DocumentSource[] {
  const text = readFileSync(file, 'utf8')
  if (!file.endsWith('.json')) return [{ place: basename(file), text, ids: [hashId(text)] }]
  return Object.entries(readManifest(file, text)).map(([id, body]) => {
    const place = `${basename(file)}, ${id}`
    if (id.startsWith('sha256:') && id !== hashId(body))
      throw new DocumentFaults([`${place}: the hash of the text is another, ${hashId(body)}`])
    return { place, text: body, ids: [...new Set([hashId(body), id])] }
  })
}

function hashId(text: string): string {
  return `sha256:${sha256(text)}`
}

/** What `generate-persisted-query-manifest` writes for Apollo Client. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string() })),
})

/** Texts by id, as `relay-compiler` and the client preset of GraphQL Code Generator write them. */
const textsById = z.record(z.string().min(1), z.string())

function readManifest(file: string, text: string): Record<string, string> {
  const json = parseJson(file, text)
  const apollo = apolloManifest.safeParse(json)
  if (apollo.success) return byId(file, apollo.data.operations)
  const texts = textsById.safeParse(json)
  if (texts.success) return texts.data
  const expected = 'expected a JSON object of texts by id, or an apollo-persisted-query-manifest'
  throw new DocumentFaults([`${basename(file)}: ${expected}`])
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new DocumentFaults([`${basename(file)}: expected JSON`])
  }
}

function byId(file: string, operations: readonly { id: string; body: string }[]): Record<string, string> {
  const texts = new Map<string, string>()
  for (const { id, body } of operations) {
    if ((texts.get(id) ?? body) !== body)
      throw new DocumentFaults([`${basename(file)}: two texts have the id ${id}`])
    texts.set(id, body)
  }
  return Object.fromEntries(texts)
}
