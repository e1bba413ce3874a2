import { expressMiddleware } from '@as-integrations/express5'
import express, { type ErrorRequestHandler, type Express } from 'express'
import type { ApolloServer } from '@apollo/server'
import { isWithin } from './documents/limit'
import type { TrustedDocuments } from './documents/trusted'
import type { DocumentLimits } from './domain/document-limits'
import { Refusal } from './domain/refusal'
import type { Gateway } from './gateway'
import { admitDocuments } from './http/admit-documents'
import type { AuthenticationFailures } from './http/authentication-failures'
import type { Authenticator } from './http/authenticate'
import { authenticated, openDoor } from './http/context'
import { keepOutCrowds } from './http/crowd'
import { doorOf } from './http/door'
import { createGraphql, type GraphqlContext } from './http/graphql'
import { guardAnswers } from './http/guard'
import { healthRoutes } from './http/health'
import { ingestRoutes } from './http/ingest'
import { KnownDocuments, serveKnown } from './http/known-documents'
import { sendRefusal } from './http/send-refusal'
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
  readonly express: Express
  readonly graphql: ApolloServer<GraphqlContext>
}

/** The order of the gates, on one screen. */
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
  const documents = new KnownDocuments((document) => isWithin(catalogue, document, limits))
  const graphql = createGraphql(replying, { introspection, limits, documents })
  await graphql.start()
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(healthRoutes(gateway))
  const verified = rememberVerified(authenticator, gateway.deps.now)
  app.use(openDoor)
  app.use(/^\/graphql\/?$/i, keepOutCrowds())
  app.use(authenticated(verified, failures), guardAnswers)
  app.use('/ingest', ingestRoutes({ ...gateway, now: gateway.deps.now }))
  app.use('/graphql/stream', streamRoutes({ catalogue, trusted, pulse, append, now: gateway.deps.now }))
  app.use(
    '/graphql',
    express.json({ limit: '1mb' }),
    admitDocuments({ catalogue, trusted, limits, documents }, replying),
    serveKnown(replying),
    expressMiddleware(graphql, { context: ({ res }) => Promise.resolve({ door: doorOf(res) }) }),
  )
  app.use((_request, response) => {
    response
      .status(404)
      .json({ errors: [{ message: 'There is nothing here.', extensions: { code: 'BAD_USER_INPUT' } }] })
  })
  app.use(lastResort(report))
  return { express: app, graphql }
}

/** Bodies that cannot be read are the client's fault; anything else is ours, and says no more than that. */
function lastResort(report: AppOptions['report']): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent) {
      report(error, doorOf(response).requestId)
      response.destroy()
      return
    }
    const status = (error as { status?: unknown }).status
    if (error instanceof Refusal) {
      if (error.cause !== undefined) report(error, doorOf(response).requestId)
      sendRefusal(response, error)
    } else if (typeof status === 'number' && status >= 400 && status < 500) {
      const message = status === 413 ? 'The body is too large.' : 'The body cannot be read.'
      response.status(status).json({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] })
    } else {
      report(error, doorOf(response).requestId)
      sendRefusal(response, new Refusal('INTERNAL', 'Something went wrong on our side.'))
    }
  }
}
