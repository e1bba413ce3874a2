import type { Catalogue } from './catalogue/catalogue'
import type { Config, TrustedIssuer } from './config'
import { TrustedDocuments } from './documents/trusted'
import { developmentIssuer, type DevelopmentIssuer } from './http/development-issuer'

/** Whose tokens are believed: the development issuer's where the configuration names nobody. */
export function issuersOf({
  trustedIssuers,
  dataDir,
}: Config): readonly (TrustedIssuer | DevelopmentIssuer)[] {
  return trustedIssuers.length > 0 ? trustedIssuers : [developmentIssuer(dataDir)]
}

/** What their clients have registered; throws `DocumentFaults`. */
export function trustedDocuments(config: Config, catalogue: Catalogue): TrustedDocuments {
  const { introspection, documentLimits: limits } = config
  return new TrustedDocuments(issuersOf(config), { catalogue, limits, introspection })
}
