import express, { Router, type Request, type Response } from 'express'
import { isMachineRole, type Caller } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import { storable } from '../domain/storable'
import type { EntryDraft } from '../journal/entry'
import { documentsIn, isFormat, openEnvelope, recogniseFormat } from '../suppliers'
import { messageIdProblem, type Item, type Sender } from '../updates/item'
import { PUSH_ITEMS_MAX, type PushAnswer, type PushRequest } from '../updates/push'
import type { StatedIdentifier } from '../updates/update'
import { doorOf } from './door'
import { drained } from './drained'
import { readLines } from './read-lines'
import { sendRefusal } from './send-refusal'

export interface IngestDeps {
  push(request: PushRequest): Promise<PushAnswer>
  append(draft: EntryDraft): Promise<unknown>
  now(): Date
}

const BODY_MAX = '8mb'

/** `POST /ingest/{format}`: one document, an array of up to 500, or NDJSON of any length. */
export function ingestRoutes(deps: IngestDeps): Router {
  const router = Router()
  router.post(
    '/:format',
    (request, response, next) => {
      void admit(request, response, deps).then((admitted) => {
        if (admitted) next()
      }, next)
    },
    (request, response, next) => {
      if (request.is('application/x-ndjson')) {
        void ingestLines(request, response, deps).catch(next)
        return
      }
      next()
    },
    express.text({ type: () => true, limit: BODY_MAX }),
    (request, response, next) => {
      void ingestBody(request, response, deps).catch(next)
    },
  )
  return router
}

/** Who may push at all; whoever may not is refused on record. */
async function admit(request: Request, response: Response, deps: IngestDeps): Promise<boolean> {
  const door = doorOf(response)
  const refusal = door.fault ?? refusalOf(request, door.caller, door.context?.purpose)
  if (!refusal) return true
  await deps.append({
    kind: 'REFUSAL',
    outcome: refusal.code,
    at: deps.now(),
    viewer: door.caller,
    operation: 'ingest',
    requestId: door.requestId,
    subjects: [],
  })
  sendRefusal(response, refusal)
  return false
}

function refusalOf(
  request: Request,
  caller: Caller | undefined,
  purpose: string | undefined,
): Refusal | undefined {
  const format = request.params['format'] ?? ''
  if (!caller || !isMachineRole(caller.role)) {
    return new Refusal('FORBIDDEN', 'Only the systems of prisons, probation and CRCs push updates.')
  }
  if (purpose !== undefined && purpose !== 'SYSTEM_UPDATE') {
    return new Refusal('PURPOSE_NOT_ALLOWED', 'Updates are pushed under SYSTEM_UPDATE.')
  }
  if (format !== 'auto' && (typeof format !== 'string' || !isFormat(format))) {
    return new Refusal('BAD_USER_INPUT', 'There is no such format.', 'format')
  }
  return undefined
}

export function senderOf(caller: Caller): Sender {
  if (!isMachineRole(caller.role)) throw new Refusal('FORBIDDEN', 'Only systems push updates.')
  return {
    client: caller.client,
    role: caller.role,
    ...(caller.agency !== undefined && { agency: caller.agency }),
  }
}

async function ingestBody(request: Request, response: Response, deps: IngestDeps): Promise<void> {
  const body = parse(String(request.body))
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

/** Applied in chunks and answered while it goes; one chunk is in memory at a time. */
async function ingestLines(request: Request, response: Response, deps: IngestDeps): Promise<void> {
  response.type('application/x-ndjson')
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
  const answer = await deps.push({
    caller,
    sender: senderOf(caller),
    operation: `ingest/${formatOf(request)}`,
    requestId,
    items,
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
    const problems = [{ code: 'NOT_JSON', path: '', message: document.fault }]
    return { index, format, person: [], payload: null, problems }
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
