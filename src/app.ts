import type { RequestListener } from 'node:http'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import type { ApolloServer } from '@apollo/server'
import { isWithin } from './documents/limit'
import type { TrustedDocuments } from './documents/trusted'
import type { DocumentLimits } from './domain/document-limits'
import type { Gateway } from './gateway'
import type { AuthenticationFailures } from './http/authentication-failures'
import type { Authenticator } from './http/authenticate'
import { authenticating, openDoor, type Gate } from './http/context'
import { createGraphql, type GraphqlContext } from './http/graphql'
import { guardAnswers } from './http/guard'
import { healthRoutes } from './http/health'
import { ingestRoutes } from './http/ingest'
import { KnownDocuments } from './http/known-documents'
import { sendBadInput, sendFault } from './http/send-fault'
import { isGraphql, serveGraphql } from './http/serve-graphql'
import { streamRoutes } from './http/stream'
import { rememberVerified } from './http/verified-tokens'

export interface AppOptions {
  readonly gateway: Gateway
  readonly authenticator: Authenticator
  readonly failures: AuthenticationFailures
  readonly introspection: boolean
  readonly trusted: TrustedDocuments
  readonly limits: DocumentLimits
  readonly report: (error: unknown, requestId: string) => void
}

export interface App {
  readonly listener: RequestListener
  readonly graphql: ApolloServer<GraphqlContext>
}

/** Who is served where: questions by `serveGraphql`, everything else here. */
export async function createApp({
  gateway,
  authenticator,
  failures,
  introspection,
  trusted,
  limits,
  report,
}: AppOptions): Promise<App> {
  const replying = { catalogue: gateway.catalogue, deps: gateway.deps, report }
  const { catalogue, pulse, append } = gateway
  const { now } = gateway.deps
  const documents = new KnownDocuments((document) => isWithin(catalogue, document, limits))
  const apollo = createGraphql(replying, { introspection, limits, documents })
  await apollo.start()
  const authenticated = authenticating(rememberVerified(authenticator, now), failures)
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(healthRoutes(gateway))
  app.use(gates(authenticated))
  app.use('/ingest', ingestRoutes({ ...gateway, now }))
  app.use('/graphql/stream', streamRoutes({ catalogue, trusted, pulse, append, now }))
  app.use((_request, response) => {
    sendBadInput(response, 404, 'There is nothing here.')
  })
  app.use(lastResort(report))
  const admitting = { catalogue, trusted, limits, documents }
  const graphql = serveGraphql({ authenticated, apollo, admitting, replying })
  const listener: RequestListener = (request, response) => {
    if (isGraphql(request)) graphql(request, response)
    else app(request, response)
  }
  return { listener, graphql: apollo }
}

function gates(authenticated: Gate): RequestHandler {
  return async (request, response, next) => {
    openDoor(request, response)
    if (!(await authenticated(request, response))) return
    guardAnswers(response)
    next()
  }
}

function lastResort(report: AppOptions['report']): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    sendFault(error, response, report)
  }
}
