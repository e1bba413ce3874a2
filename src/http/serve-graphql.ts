import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApolloServer } from '@apollo/server'
import express from 'express'
import { admitDocument, type Admitting } from './admit-documents'
import type { Sent } from './asked-document'
import { openDoor, type Gate } from './context'
import { Crowd } from './crowd'
import { askApollo, type GraphqlContext } from './graphql'
import { guardAnswers } from './guard'
import { serveKnown } from './known-documents'
import { readBody } from './read-body'
import type { Replying } from './reply'
import { sendFault } from './send-fault'

export interface ServingGraphql {
  readonly authenticated: Gate
  readonly apollo: ApolloServer<GraphqlContext>
  readonly admitting: Admitting
  readonly replying: Replying
}

/** Whether `/graphql` itself is meant: what lies below it is served elsewhere. */
export function isGraphql({ url = '' }: IncomingMessage): boolean {
  return /^\/graphql\/?(?:[?#]|$)/i.test(url)
}

/** `/graphql`, gate by gate; outside Express, which takes longer than all of them (decision 29). */
export function serveGraphql(serving: ServingGraphql) {
  const { authenticated, apollo, replying } = serving
  const crowd = new Crowd()
  const parser = express.json({ limit: '1mb' })
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (!crowd.letIn(request, response)) return
    openDoor(request, response)
    if (!(await authenticated(request, response))) return
    guardAnswers(response)
    const asked = sentBy(request, await readBody(parser, request, response))
    const sent = await admitDocument(request, response, asked, serving)
    if (!sent) return
    if (await serveKnown(request, response, sent, replying)) return
    await askApollo(apollo, request, response, sent)
  }
  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      sendFault(error, response, replying.report)
    })
  }
}

function sentBy({ method = '', url = '' }: IncomingMessage, body: unknown): Sent {
  return { method, search: /\?[^#]*/.exec(url)?.[0] ?? '', body }
}
