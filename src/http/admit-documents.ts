import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as express } from 'express'
import { getOperationAST, GraphQLError, type DocumentNode } from 'graphql'
import type { Catalogue } from '../catalogue/catalogue'
import { weigh } from '../catalogue/weigh'
import { unadmittedEntry } from '../disclosure/entries'
import { limitWeight, parseWithin } from '../documents/limit'
import type { ClientApplication, TrustedDocuments } from '../documents/trusted'
import type { DocumentLimits } from '../domain/document-limits'
import { Refusal } from '../domain/refusal'
import { askedBy, withText, type AskedDocument, type Sent } from './asked-document'
import { doorOf, type Admitted, type Door } from './door'
import type { KnownDocuments } from './known-documents'
import { refuse, RequestFault, sendReply, type Replying } from './reply'

export interface Admitting {
  readonly catalogue: Catalogue
  readonly trusted: TrustedDocuments
  readonly limits: DocumentLimits
  readonly documents: KnownDocuments
}

/**
 * Lets a document in, ahead of everything that would parse, validate or answer it: a registered one by its id or
 * its text, any other within the limits, and from a client that asks registered ones only, none but those. What it
 * gives asks the document itself; undefined for a request that was answered with a refusal.
 */
export async function admitDocument(
  request: IncomingMessage,
  response: ServerResponse,
  sent: Sent,
  { admitting, replying }: { readonly admitting: Admitting; readonly replying: Replying },
): Promise<Sent | undefined> {
  const door = doorOf(response)
  const asked = askedBy(sent)
  try {
    const admitted = admit(asked, door, admitting)
    if (admitted) door.admitted = admitted
    return admitted && asked.documentId !== undefined ? withText(sent, admitted.text) : sent
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await turnAway(error, asked, { request, response, door }, replying)
    return undefined
  }
}

/** Nothing where nothing can be read as a document, which is for what comes after it to say. */
function admit(asked: AskedDocument, { caller }: Door, admitting: Admitting): Admitted | undefined {
  const application = caller && admitting.trusted.of(caller)
  const registered = findRegistered(asked, application)
  return registered ?? (asked.text === undefined ? undefined : admitAdHoc(asked.text, asked, admitting))
}

/** The registered document that is asked for; undefined for another that the client may ask. */
export function findRegistered(
  { text, documentId }: Pick<AskedDocument, 'text' | 'documentId'>,
  application: ClientApplication | undefined,
): Admitted | undefined {
  if (documentId !== undefined && text !== undefined)
    throw new RequestFault('Send a document or the id of one, not both.', 'documentId')
  const byText = text === undefined ? undefined : application?.byText(text)
  const found = documentId === undefined ? byText : application?.byId(documentId)
  if (documentId !== undefined && !found)
    throw new RequestFault('No document of this client is registered by this id.', 'documentId')
  if (!found && application?.registeredOnly === true)
    throw new Refusal('FORBIDDEN', 'This client asks registered documents only.', 'query')
  return found
}

function admitAdHoc(text: string, asked: AskedDocument, admitting: Admitting): Admitted {
  const { catalogue, limits, documents } = admitting
  const known = documents.find(text)
  if (known?.isLight === true) return { text, document: known.document }
  const document = known?.document ?? readWithin(limits, text)
  const operation = document && getOperationAST(document, asked.operationName)
  if (operation) limitWeight(weigh(catalogue, document, operation, asked.variables ?? {}), limits)
  return { text, ...(known && { document: known.document }) }
}

/** Undefined for what is no GraphQL, which Apollo says. */
function readWithin(limits: DocumentLimits, text: string): DocumentNode | undefined {
  try {
    return parseWithin(limits, text)
  } catch (error) {
    if (error instanceof GraphQLError) return undefined
    throw error
  }
}

/** Put on record like every refusal, and told in the form that the client takes. */
async function turnAway(
  refusal: Refusal,
  { operationName }: AskedDocument,
  { request, response, door }: { request: IncomingMessage; response: ServerResponse; door: Door },
  replying: Replying,
): Promise<void> {
  const { append, now } = replying.deps
  if (!door.context) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const name = /^[_A-Za-z]\w{0,99}$/.exec(operationName ?? '')?.[0]
  await append(unadmittedEntry(door.context, name, refusal, now()))
  sendReply(response, refuse(refusal, door, replying), takenBy(request))
}

/** Of the two types that an answer may have, as Apollo chooses. */
function takenBy(request: IncomingMessage): string {
  const types = ['application/json', 'application/graphql-response+json']
  const taken: unknown = Reflect.apply(express.accepts, request, [types])
  return typeof taken === 'string' ? taken : 'application/json'
}
