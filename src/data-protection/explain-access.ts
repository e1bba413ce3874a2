import { limitedAccessSql } from '../access/limited-access'
import { weighField, type Verdict } from '../access/plan-access'
import { POLICY_VERSION } from '../access/policy-version'
import { callerSlots, RELATIONSHIPS, relationshipSql, type RelationshipName } from '../access/relationships'
import { ROLES } from '../access/roles'
import type { Role } from '../access/role'
import type { Catalogue, Field } from '../catalogue/catalogue'
import { badInput } from '../commands/command'
import { Binds, literal } from '../domain/binds'
import { isMachineRole, ROLE_NAMES, type Caller } from '../domain/caller'
import { isPurpose } from '../domain/purpose'
import { Refusal } from '../domain/refusal'
import { askedSql } from '../query/asked'
import type { Given } from '../query/roots'
import type { Asked, Query } from '../commands/asked'
import { officersOnly } from './officer'

interface ViewerInput {
  readonly subject?: string | null
  readonly username?: string | null
  readonly agency?: string | null
  readonly staffCode?: string | null
  readonly mappaArea?: string | null
  readonly purpose?: string | null
  readonly justified?: boolean | null
}

/**
 * For data protection officers: whether somebody in a role would see a field of an offender now, and the rule
 * that decides. Decided by the same policy and predicates as an answer; no value is read. Null where there is
 * nobody whom the officer may know of.
 */
export async function explainAccess(
  { args, plan, context }: Asked,
  catalogue: Catalogue,
  query: Query,
  now: Date,
): Promise<Given | null> {
  officersOnly(plan)
  const viewer = viewerOf(args['viewer'] as ViewerInput, args['role'] as string, context.caller)
  const role = ROLES[viewer.caller.role]
  const field = fieldOf(catalogue, args['field'] as string)
  const verdict = verdictOf(role, field, viewer.purpose)
  const relationships = [
    ...new Set([
      role.rows.relationship,
      ...(role.rows.unjustified ? [role.rows.unjustified] : []),
      ...namesIn(verdict),
    ]),
  ]
  const binds = new Binds()
  const officer = callerSlots(context.caller, now, binds)
  const slots = callerSlots(viewer.caller, now, binds)
  const holds = relationships.map((name) => `${literal(name)} value ${relationshipSql(name, 'a.id', slots)}`)
  const { text, values } = binds.finish(
    `select a.id, json_object(${holds.join(', ')}) as holds, ${limitedAccessSql('a.id', slots).barred} as barred
     from (${askedSql(args['offender'] as Record<string, string>, binds, now)}) a
     where not ${limitedAccessSql('a.id', officer).barred}`,
  )
  const rows = await query(text, values)
  const [found, ...others] = rows
  if (others.length > 0)
    throw new Refusal(
      'AMBIGUOUS_IDENTIFIER',
      'This identifier is on more than one person’s record.',
      'offender',
    )
  if (!found) return null
  const facts = {
    holds: found['holds'] as Readonly<Record<string, boolean>>,
    barred: found['barred'] === true,
    justified: viewer.justified,
  }
  return {
    values: {
      ...explain(role, verdict, facts),
      field: field.coordinate,
      group: field.classification.kind === 'group' ? field.classification.group : null,
      relationships: relationships.map((name) => ({
        relationship: name,
        says: RELATIONSHIPS[name].says,
        holds: facts.holds[name] === true,
      })),
      policyVersion: POLICY_VERSION,
    },
    subjects: [String(found['id'])],
  }
}

interface Facts {
  readonly holds: Readonly<Record<string, boolean>>
  readonly barred: boolean
  readonly justified: boolean
}

/** In the order in which an answer is decided: whose case, limited access, then the field. */
function explain(role: Role, verdict: Verdict | 'NOT_FOR_PURPOSE', { holds, barred, justified }: Facts) {
  const says = (name: RelationshipName) => RELATIONSHIPS[name].says
  const no = (reason: string, rule: string) => ({ shown: false, reason, rule })
  const { relationship, unjustified } = role.rows
  if (verdict === 'NOT_FOR_PURPOSE')
    return no('PURPOSE', `${role.name} acts for ${role.purposes.join(', ')}, and for nothing else.`)
  if (holds[relationship] !== true)
    return no('RELATIONSHIP', `${role.name} sees a case that is ${says(relationship)}; this one is not.`)
  if (unjustified && holds[unjustified] !== true && !justified)
    return no(
      'RELATIONSHIP',
      `Without a justification ${role.name} sees only a case that is ${says(unjustified)}.`,
    )
  if (barred) return no('LIMITED_ACCESS', 'Limited access bars this viewer from the case.')
  if (verdict === 'ROLE') return no('ROLE', `${role.name} is not granted this field.`)
  if (verdict === 'PURPOSE') return no('PURPOSE', `${role.name} is granted this field for another purpose.`)
  if (verdict === 'yes')
    return {
      shown: true,
      reason: null,
      rule: `${role.name} is granted this field of a case that is ${says(relationship)}.`,
    }
  const held = verdict.filter((name) => holds[name] === true)
  return held.length > 0
    ? {
        shown: true,
        reason: null,
        rule: `${role.name} is granted this field where the case is ${held.map(says).join(', or ')}.`,
      }
    : no(
        'RELATIONSHIP',
        `${role.name} is granted this field where the case is ${verdict.map(says).join(', or ')}; this one is not.`,
      )
}

function verdictOf(
  role: Role,
  { classification }: Field,
  purpose: string | undefined,
): Verdict | 'NOT_FOR_PURPOSE' {
  const [usual] = role.purposes
  const acting = purpose ?? usual
  if (acting === undefined || !isPurpose(acting) || !role.purposes.includes(acting)) return 'NOT_FOR_PURPOSE'
  return classification.kind === 'group' ? weighField(role, classification, acting) : 'yes'
}

function namesIn(verdict: Verdict | 'NOT_FOR_PURPOSE'): readonly RelationshipName[] {
  return typeof verdict === 'string' ? [] : verdict
}

function fieldOf(catalogue: Catalogue, coordinate: string): Field {
  const [type = '', name = ''] = coordinate.split('.')
  const field = catalogue.types.get(type)?.fields.get(name)
  if (field) return field
  throw badInput('field', 'A field is named by its type and name, e.g. RoshSummary.overall.')
}

function viewerOf(input: ViewerInput, named: string, officer: Caller) {
  const role = ROLE_NAMES.find((name) => name === named)
  if (!role) throw badInput('role', 'This is no role; the access matrix names them.')
  const { agency, staffCode, mappaArea, purpose } = input
  if (purpose != null && !isPurpose(purpose))
    throw badInput('viewer.purpose', 'This is no purpose that we know.')
  const subject = input.subject ?? input.username ?? 'somebody'
  const username = (input.username ?? subject).toLowerCase()
  const caller: Caller = {
    issuer: officer.issuer,
    client: officer.client,
    role,
    ...(agency != null && { agency }),
    ...(staffCode != null && { staffCode }),
    ...(mappaArea != null && { mappaArea }),
    ...(!isMachineRole(role) && {
      person: { subject, username, namespace: officer.person?.namespace ?? '' },
    }),
  }
  return { caller, purpose: purpose ?? undefined, justified: input.justified === true }
}
