import { getOperationAST, getVariableValues, parse, validate, type DocumentNode } from 'graphql'
import { z } from 'zod'
import { planAccess } from '../access/plan-access'
import type { Catalogue } from '../catalogue/catalogue'
import { select, type SelectedField } from '../catalogue/select'
import type { ClientApplication } from '../documents/trusted'
import { Refusal } from '../domain/refusal'
import type { RequestContext } from '../domain/caller'
import { findRegistered } from './admit-documents'
import { readAsked, type AskedDocument } from './asked-document'

/** A stream that is asked for: its one root field, and the revision that its reader knows of. */
export interface AskedStream {
  readonly name: string
  readonly root: SelectedField
  readonly after: number | undefined
}

/** Refuses everything but the subscription `recordChanged`: what reads the record goes by `/graphql`. */
export function readAskedStream(
  body: unknown,
  catalogue: Catalogue,
  context: RequestContext,
  application: ClientApplication | undefined,
): AskedStream {
  const asked = request.safeParse(body)
  if (!asked.success) throw notHere()
  const { operationName, variables } = asked.data
  const document = askedDocument(readAsked(asked.data), catalogue, application)
  const operation = getOperationAST(document, operationName)
  if (!operation) throw notHere()
  const { coerced } = getVariableValues(
    catalogue.schema,
    operation.variableDefinitions ?? [],
    variables ?? {},
  )
  if (!coerced) throw new Refusal('BAD_USER_INPUT', 'after is a revision that you know of.', 'after')
  const selection = select(catalogue, document, operation, coerced)
  const [root] = selection.roots
  if (root?.name !== 'recordChanged') throw notHere()
  planAccess(catalogue, context, selection)
  const after = root.args['after'] as number | null | undefined
  return { name: operation.name?.value ?? root.name, root, after: after ?? undefined }
}

const request = z.object({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})

const TOKENS_MAX = 200

function askedDocument(
  asked: AskedDocument,
  catalogue: Catalogue,
  application: ClientApplication | undefined,
): DocumentNode {
  const registered = findRegistered(asked, application)
  return registered?.document ?? readDocument(asked.text ?? '', catalogue)
}

/** The parser's own words suggest names, and there is but one thing that can be meant. */
function readDocument(query: string, catalogue: Catalogue): DocumentNode {
  try {
    const document = parse(query, { maxTokens: TOKENS_MAX })
    if (validate(catalogue.schema, document).length === 0) return document
  } catch {
    // Falls through to the one refusal for every document that is not the one.
  }
  throw notHere()
}

function notHere(): Refusal {
  return new Refusal(
    'BAD_USER_INPUT',
    'Here runs `subscription { recordChanged(after: …) { revision } }`; everything else is asked at /graphql.',
    'query',
  )
}
