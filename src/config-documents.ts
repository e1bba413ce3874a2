import { resolve } from 'node:path'
import { z } from 'zod'
import { DEFAULT_LIMITS, type DocumentLimits } from './domain/document-limits'

/** The documents that a client application has registered. */
export interface ClientDocuments {
  /** Absolute: a `.graphql` file, a manifest, or a folder of both. */
  readonly path: string
  /** Whether every other document of the client is refused. */
  readonly registeredOnly: boolean
}

/** By client; one that is not named has none, and asks what it likes within the limits. */
export const clientDocuments = z
  .record(
    z.string().trim().min(1).max(200),
    z.strictObject({
      path: z
        .string('expected a path')
        .min(1, 'expected a path')
        .transform((path) => resolve(path)),
      registeredOnly: z.boolean('expected true or false').default(false),
    }),
    'expected a path and registeredOnly by client',
  )
  .default({})

const figure = z.int('expected a whole number').min(1, 'expected at least 1').max(1_000_000_000)

/** Whether an issuer names its own clients: a misspelt one would go on asking what it likes. */
export function areOfClients({ clients, documents }: ClientsOf): boolean {
  return clients.includes('*') || Object.keys(documents).every((client) => clients.includes(client))
}

interface ClientsOf {
  readonly clients: readonly string[]
  readonly documents: Readonly<Record<string, ClientDocuments>>
}

/** `DOCUMENT_LIMITS`: what is left out is as it is by default. */
export const documentLimits: z.ZodType<DocumentLimits> = z.strictObject(
  {
    tokens: figure.default(DEFAULT_LIMITS.tokens),
    // Deeper ones end the parser's and the planner's own recursion.
    depth: figure.max(200, 'expected at most 200').default(DEFAULT_LIMITS.depth),
    aliases: figure.default(DEFAULT_LIMITS.aliases),
    cost: figure.default(DEFAULT_LIMITS.cost),
  },
  'expected a JSON object of figures',
)
