import type { IssuerRules } from '../config'
import type { ClientDocuments } from '../config-documents'
import type { Caller } from '../domain/caller'
import { allOrFaults } from './read-documents'
import { register, type RegisteredDocument, type Registering } from './register'

/** The registered documents of one client application. */
export interface ClientApplication {
  readonly issuer: string
  readonly client: string
  readonly registeredOnly: boolean
  readonly documents: readonly RegisteredDocument[]
  byId(id: string): RegisteredDocument | undefined
  byText(text: string): RegisteredDocument | undefined
}

/** Client applications by whose tokens name them: a name of one issuer is nobody with another. */
export class TrustedDocuments {
  private readonly applications = new Map<string, ReadonlyMap<string, ClientApplication>>()

  constructor(issuers: readonly Registrant[], registering: Registering) {
    const works = issuers.flatMap((issuer) =>
      Object.entries(issuer.documents).map(
        ([client, named]) =>
          () =>
            application(issuer, client, named, registering),
      ),
    )
    for (const each of allOrFaults(works)) {
      const known = this.applications.get(each.issuer) ?? []
      this.applications.set(each.issuer, new Map([...known, [each.client, each]]))
    }
  }

  of({ issuer, client }: Pick<Caller, 'issuer' | 'client'>): ClientApplication | undefined {
    return this.applications.get(issuer)?.get(client)
  }

  all(): ClientApplication[] {
    return [...this.applications.values()].flatMap((clients) => [...clients.values()])
  }
}

export type Registrant = Pick<IssuerRules, 'issuer' | 'roles' | 'ceilings' | 'documents'>

function application(
  issuer: Registrant,
  client: string,
  { path, registeredOnly }: ClientDocuments,
  registering: Registering,
): ClientApplication {
  const ceiling = Object.hasOwn(issuer.ceilings, client) ? issuer.ceilings[client] : undefined
  const reader = { roles: issuer.roles, ...(ceiling && { ceiling }) }
  const documents = register(path, reader, registering)
  const byId = new Map(documents.flatMap((document) => document.ids.map((id) => [id, document] as const)))
  const byText = new Map(documents.map((document) => [document.text, document]))
  return {
    issuer: issuer.issuer,
    client,
    registeredOnly,
    documents,
    byId: (id) => byId.get(id),
    byText: (text) => byText.get(text),
  }
}
