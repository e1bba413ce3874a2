import express, { Router, type Request, type Response } from 'express'
import type { Catalogue } from '../catalogue/catalogue'
import { answerError } from '../disclosure/answer'
import type { RequestContext } from '../domain/caller'
import { CODES, Refusal } from '../domain/refusal'
import { entryId, type Receipt } from '../journal/appender'
import type { EntryDraft } from '../journal/entry'
import { hintsAfter, type Pulse } from '../outbound/pulse'
import { givenValue } from '../query/given-value'
import { readAskedStream, type AskedStream } from './asked-stream'
import { doorOf } from './door'
import type { TrustedDocuments } from '../documents/trusted'
import { complete, sendResults } from './event-stream'
import { Places } from './places'
import { sendBadInput } from './send-fault'
import { sendRefusal } from './send-refusal'

export interface StreamDeps {
  readonly catalogue: Catalogue
  readonly trusted: TrustedDocuments
  readonly pulse: Pulse
  append(draft: EntryDraft): Promise<Receipt>
  now(): Date
}

const BODY_MAX = '16kb'

/** `POST /graphql/stream`: the subscription `recordChanged` and nothing else, as Server-Sent Events. */
export function streamRoutes(deps: StreamDeps): Router {
  const places = new Places()
  const router = Router()
  router.post('/', express.json({ limit: BODY_MAX }), (request, response, next) => {
    void serve(request, response, deps, places).catch(next)
  })
  router.all('/', (_request, response) => {
    response.set('allow', 'POST')
    sendBadInput(response, 405, 'A stream is asked for by POST.')
  })
  return router
}

async function serve(request: Request, response: Response, deps: StreamDeps, places: Places): Promise<void> {
  if (request.accepts('text/event-stream') === false) {
    sendBadInput(response, 406, 'A stream comes as text/event-stream.')
    return
  }
  const { context, fault } = doorOf(response)
  if (!context) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const visit: Visit = { ...deps, response, context, until: endOf(response) }
  try {
    if (fault) throw fault
    const asked = readAskedStream(request.body, deps.catalogue, context, deps.trusted.of(context.caller))
    const leave = places.take(context.caller)
    await stream(visit, asked).finally(leave)
  } catch (error) {
    if (!(error instanceof Refusal) || CODES[error.code] >= 500) throw error
    await refuse(visit, error)
  }
}

/** One request, from the gates to the end of its stream. */
interface Visit extends StreamDeps {
  readonly response: Response
  readonly context: RequestContext
  readonly until: AbortSignal
}

/** However long its token lasts, a stream is asked for anew each day. */
const DAY_MS = 24 * 3_600_000

/** Aborted when the reader goes, and when the token ends. */
function endOf(response: Response): AbortSignal {
  const { expiresAt } = doorOf(response)
  const over = new AbortController()
  const end = () => {
    over.abort()
  }
  const left = Math.min((expiresAt?.getTime() ?? 0) - Date.now(), DAY_MS)
  const timer = setTimeout(end, left)
  response.once('close', () => {
    clearTimeout(timer)
    end()
  })
  return over.signal
}

/** The opening is on record before the first byte, the closing before the last. */
async function stream(visit: Visit, asked: AskedStream): Promise<void> {
  const { response, pulse, until } = visit
  const opened = await visit.append(opening(visit, asked))
  doorOf(response).receipt = opened
  let told = asked.after ?? pulse.revision
  let hints = 0
  async function* results() {
    for await (const revision of hintsAfter(told, pulse, until)) {
      told = revision
      hints += 1
      yield { data: { [asked.root.key]: givenValue({ recordChanged: { revision } }, asked.root) } }
    }
  }
  await sendResults(response, results(), until)
  await visit.append(closing(visit, asked, told, { opened: entryId(opened), hints }))
  complete(response)
}

function opening(visit: Visit, { name, root, after }: AskedStream): EntryDraft {
  const { catalogue, pulse } = visit
  const fields = root.children.flatMap(({ field }) =>
    field ? [catalogue.dictionary.bit(field.coordinate)] : [],
  )
  const parameters = after === undefined ? {} : { after }
  return {
    ...entryOf(visit, 'HINT', 'OPENED'),
    operation: name,
    revision: pulse.revision,
    fields,
    parameters,
  }
}

function closing(
  visit: Visit,
  { name }: AskedStream,
  revision: number,
  parameters: Readonly<Record<string, unknown>>,
): EntryDraft {
  return { ...entryOf(visit, 'HINT', 'CLOSED'), operation: name, revision, parameters }
}

function entryOf({ context, now }: Visit, kind: 'HINT' | 'REFUSAL', outcome: string): EntryDraft {
  const { caller: viewer, purpose, justification, requestId } = context
  return { kind, outcome, at: now(), viewer, purpose, justification, requestId, subjects: [] }
}

/** What is wrong with the question is told inside the stream, as its protocol has it; the rest by status. */
async function refuse(visit: Visit, refusal: Refusal): Promise<void> {
  const { response, until } = visit
  const entry = { ...entryOf(visit, 'REFUSAL', refusal.code), operation: 'recordChanged' }
  doorOf(response).receipt = await visit.append(entry)
  if (CODES[refusal.code] !== 200) {
    sendRefusal(response, refusal)
    return
  }
  const { message, extensions } = answerError(refusal, [])
  await sendResults(response, [{ errors: [{ message, extensions }] }], until)
  complete(response)
}
