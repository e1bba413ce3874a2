import { accessFacts } from './access'
import { assuranceFacts } from './assurance'
import { custodyFacts } from './custody'
import type { FactDeclaration } from './declare'
import { identityFacts } from './identity'
import { mappaFacts } from './mappa'
import { registerFacts } from './registers'
import { riskFacts } from './risk'

/** Every kind of fact that a supplier can state: declared once, in the file of its area. */
export const FACTS = {
  ...identityFacts,
  ...custodyFacts,
  ...riskFacts,
  ...assuranceFacts,
  ...registerFacts,
  ...mappaFacts,
  ...accessFacts,
}

export type FactKind = keyof typeof FACTS

export type FactOf<K extends FactKind> =
  (typeof FACTS)[K] extends FactDeclaration<infer Fact> ? Exclude<Fact, null> : never

type Statable<K extends FactKind> = (typeof FACTS)[K] extends FactDeclaration<infer Fact> ? Fact : never

/** The facts of a statement, by kind; one that is absent was not stated. */
export type Facts = { readonly [K in FactKind]?: Statable<K> }

export function isFactKind(name: string | undefined): name is FactKind {
  return name !== undefined && Object.hasOwn(FACTS, name)
}

export function declarationOf(kind: FactKind): FactDeclaration {
  return FACTS[kind]
}
