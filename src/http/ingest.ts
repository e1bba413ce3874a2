import express, { Router, type Request, type Response } from 'express'
import { isMachineRole, type Caller } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import { storable } from '../domain/storable'
import type { EntryDraft } from '../journal/entry'
import { documentsIn, isFormat, openEnvelope, recogniseFormat } from '../suppliers'
import { messageIdProblem, type Item, type Sender } from '../updates/item'
import { PUSH_ITEMS_MAX, type PushAnswer, type PushRequest } from '../updates/push'
import { placeFor, type PushGate } from '../updates/push-gate'
import type { StatedIdentifier } from '../updates/update'
import { doorOf, type Door } from './door'
import { drained } from './drained'
import { feedOf } from './feed'
import { readBody } from './read-body'
import { readLines } from './read-lines'

export interface IngestDeps {
  push(request: PushRequest): Promise<PushAnswer>
  readonly pushGate: PushGate
  append(draft: EntryDraft): Promise<unknown>
  now(): Date
}

const BODY_MAX = '8mb'

/** `POST /ingest/{format}`: one document, an array of up to 500, or NDJSON of any length. */
export function ingestRoutes(deps: IngestDeps): Router {
  const router = Router()
  router.post('/:format', (request, response, next) => {
    void ingest(request, response, deps).catch(next)
  })
  return router
}

async function ingest(request: Request, response: Response, deps: IngestDeps): Promise<void> {
  const leave = await admit(request, response, deps)
  try {
    if (isStream(request)) await ingestLines(request, response, deps)
    else await ingestBody(request, response, deps)
  } finally {
    leave()
  }
}

function isStream(request: Request): boolean {
  return typeof request.is('application/x-ndjson') === 'string'
}

/** Lets in who may push at all, while there is room; whoever is not let in is refused on record, unread. */
async function admit(request: Request, response: Response, deps: IngestDeps): Promise<() => void> {
  const door = doorOf(response)
  try {
    const { client } = pusherOf(request, door)
    return isStream(request)
      ? deps.pushGate.enter(client, 'streams')
      : deps.pushGate.enter(client, 'requests', placeFor(lengthOf(request)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await deps.append({
      kind: 'REFUSAL',
      outcome: error.code,
      at: deps.now(),
      viewer: door.caller,
      operation: 'ingest',
      requestId: door.requestId,
      subjects: [],
    })
    throw error
  }
}

/** Bytes; unknown of a body that is packed, or comes in pieces. */
function lengthOf({ headers }: Request): number | undefined {
  const length = headers['content-encoding'] === undefined ? headers['content-length'] : undefined
  return length === undefined ? undefined : Number(length)
}

function pusherOf(request: Request, { fault, caller, context }: Door): Caller {
  const format = formatOf(request)
  if (fault) throw fault
  if (!caller || !isMachineRole(caller.role)) {
    throw new Refusal('FORBIDDEN', 'Only the systems of prisons, probation and CRCs push updates.')
  }
  if (context?.purpose !== undefined && context.purpose !== 'SYSTEM_UPDATE') {
    throw new Refusal('PURPOSE_NOT_ALLOWED', 'Updates are pushed under SYSTEM_UPDATE.')
  }
  if (format !== 'auto' && !isFormat(format)) {
    throw new Refusal('BAD_USER_INPUT', 'There is no such format.', 'format')
  }
  feedOf(request)
  return caller
}

export function senderOf(caller: Caller): Sender {
  if (!isMachineRole(caller.role)) throw new Refusal('FORBIDDEN', 'Only systems push updates.')
  return {
    client: caller.client,
    role: caller.role,
    ...(caller.agency !== undefined && { agency: caller.agency }),
  }
}

const readText = express.text({ type: () => true, limit: BODY_MAX })

async function ingestBody(request: Request, response: Response, deps: IngestDeps): Promise<void> {
  const body = parse(String(await readBody(readText, request, response)))
  const documents = body.fault
    ? [body]
    : documentsIn(body.value).map((value) => ({ value, fault: undefined }))
  if (documents.length > PUSH_ITEMS_MAX) {
    throw new Refusal(
      'BAD_USER_INPUT',
      `A request takes at most ${PUSH_ITEMS_MAX} documents; send more as NDJSON.`,
    )
  }
  const named = documents.length === 1 ? personOf(request) : []
  const items = documents.map((document, index) => itemOf(document, index, formatOf(request), named))
  const answer = await pushItems(request, response, items, deps)
  // Its journal entry was committed with the updates themselves.
  response.type('json').send(JSON.stringify(answer))
}

/** Characters after which a chunk is applied, however few its lines: what is read of them is held in memory. */
const CHUNK_MAX = 2_000_000

/** Applied in chunks and answered while it goes; nothing more is read while a chunk waits for its turn. */
async function ingestLines(request: Request, response: Response, deps: IngestDeps): Promise<void> {
  response.type('application/x-ndjson')
  const { bodyDeadline } = doorOf(response)
  const named: StatedIdentifier[] = []
  let chunk: Item[] = []
  let index = 0
  let size = 0
  const flush = async () => {
    if (chunk.length === 0) return
    size = 0
    const answer = await pushItems(request, response, chunk, deps)
    chunk = []
    if (!response.write(`${JSON.stringify(answer)}\n`)) await drained(response)
  }
  for await (const line of readLines(request)) {
    const document = line.fault === undefined ? parse(line.text) : { value: undefined, fault: line.fault }
    chunk.push(itemOf(document, index++, formatOf(request), named))
    size += line.text.length
    if (chunk.length === PUSH_ITEMS_MAX || size > CHUNK_MAX) await flush()
    bodyDeadline.refresh()
  }
  await flush()
  response.end()
}

async function pushItems(
  request: Request,
  response: Response,
  items: Item[],
  deps: IngestDeps,
): Promise<PushAnswer> {
  const { caller, requestId } = doorOf(response)
  if (!caller) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const feed = feedOf(request)
  const answer = await deps.push({
    caller,
    sender: senderOf(caller),
    operation: `ingest/${formatOf(request)}`,
    requestId,
    items,
    ...(feed && { feed }),
  })
  doorOf(response).pushed = true
  return answer
}

interface Parsed {
  readonly value: unknown
  readonly fault: string | undefined
}

function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown, fault: undefined }
  } catch {
    return { value: undefined, fault: 'this is not JSON' }
  }
}

function itemOf(document: Parsed, index: number, format: string, named: readonly StatedIdentifier[]): Item {
  if (document.fault !== undefined) {
    return {
      index,
      format,
      person: [],
      payload: null,
      problems: [{ code: 'NOT_JSON', path: '', message: document.fault }],
    }
  }
  const { messageId, observedAt, version, person, personId, payload, problems } = openEnvelope(document.value)
  const unfit = messageIdProblem(messageId)
  return {
    index,
    format: format === 'auto' ? (recogniseFormat(payload) ?? 'auto') : format,
    payload: payload ?? null,
    person: person.length > 0 || personId !== undefined ? person : named,
    problems: unfit ? [...problems, unfit] : problems,
    ...(messageId !== undefined && { messageId }),
    ...(observedAt !== undefined && { observedAt }),
    ...(version !== undefined && { version }),
    ...(personId !== undefined && { personId }),
  }
}

function formatOf(request: Request): string {
  return String(request.params['format'])
}

/** A single payload that names nobody may be named by the address. */
function personOf(request: Request): StatedIdentifier[] {
  const { crn, prisonNumber } = request.query
  if (typeof crn === 'string') return [{ type: 'CRN', raw: storable(crn) }]
  return typeof prisonNumber === 'string' ? [{ type: 'PRISON_NUMBER', raw: storable(prisonNumber) }] : []
}
