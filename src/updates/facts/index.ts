import { accessFacts } from './access'
import { allocationFacts } from './allocation'
import { barrierFacts } from './barrier'
import { contactFacts } from './contact'
import { assuranceFacts } from './assurance'
import { custodyFacts } from './custody'
import type { FactDeclaration } from './declare'
import { eventFacts } from './events'
import { identityFacts } from './identity'
import { mappaFacts } from './mappa'
import { noRegisterFacts, registerFacts } from './registers'
import { programmeFacts } from './programmes'
import { releaseFacts } from './release'
import { riskFacts } from './risk'
import { safeguardingFacts } from './safeguarding'
import { sentenceFacts } from './sentence'

/** Every kind of fact that a supplier can state: declared once, in the file of its area. */
export const FACTS = {
  ...identityFacts,
  ...contactFacts,
  ...custodyFacts,
  ...sentenceFacts,
  ...allocationFacts,
  ...barrierFacts,
  ...riskFacts,
  ...assuranceFacts,
  ...registerFacts,
  ...noRegisterFacts,
  ...mappaFacts,
  ...accessFacts,
  ...programmeFacts,
  ...releaseFacts,
  ...safeguardingFacts,
  ...eventFacts,
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
