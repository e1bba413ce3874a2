import { comparableName } from '../../domain/comparable-name'
import { flag, instant, one, type FactDeclaration, type Row, type SourceSystem } from './declare'
import { distinct, plainRows, text } from './declare'
import { BY_PROBATION } from './owners'

/** Exactly one of the three names is there. ISO instants; half-open. */
export interface LimitedParty {
  readonly username?: string
  readonly email?: string
  readonly organisation?: string
  readonly since?: string
  readonly until?: string
}

export interface LimitationsFact {
  readonly exclusions: readonly LimitedParty[]
  readonly restrictions: readonly LimitedParty[]
  readonly exclusionMessage?: string
  readonly restrictionMessage?: string
}

const messages = { exclusionMessage: text(), restrictionMessage: text() }
const messageRow = plainRows(messages)
const PARTY = ['kind', 'namespace', 'username', 'email', 'organisation_code', 'since']

/** Who may not look, and who alone may: the parties, and that the list is known at all. */
const limitations: FactDeclaration<LimitationsFact> = {
  properties: ['exclusions', 'restrictions', ...Object.keys(messages)],
  tables: ['limitation', 'limitation_list'],
  owners: BY_PROBATION,
  derived: false,
  inParts: false,
  keys: { limitation: PARTY, limitation_list: [] },
  columns: {
    limitation: [...PARTY, 'until'],
    limitation_list: ['exclusion_message', 'restriction_message'],
  },
  rows: (fact, { system }) => ({
    limitation: distinct(
      [
        ...fact.exclusions.map((party) => partyRow('EXCLUSION', party, system)),
        ...fact.restrictions.map((party) => partyRow('RESTRICTION', party, system)),
      ],
      PARTY,
    ),
    limitation_list: [messageRow(fact)],
  }),
  organisations: () => [],
}

export const accessFacts = {
  limitations,
  /** What a probation document says about limited access without naming anybody. */
  limitationFlags: one(
    'limitation_flag',
    { excluded: flag().must, restricted: flag().must, ...messages },
    BY_PROBATION,
  ),
  /**
   * That probation changed who may see a case, without saying how: until a newer list comes for the same
   * record, nobody may (docs/decisions/0018).
   */
  limitationChange: one(
    'limitation_change',
    { kind: text<'EXCLUSION' | 'RESTRICTION'>().must, changedAt: instant() },
    BY_PROBATION,
  ),
}

function partyRow(kind: string, party: LimitedParty, namespace: SourceSystem): Row {
  const { username, email, organisation, since, until } = party
  return {
    kind,
    namespace,
    ...(username !== undefined && { username: comparableName(username) }),
    ...(email !== undefined && { email: comparableName(email) }),
    ...(organisation !== undefined && { organisation_code: organisation.trim().toUpperCase() }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}
