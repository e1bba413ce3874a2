import fc from 'fast-check'
import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql'
import { ROLES } from '../../src/access/roles'
import { isMachineRole, type RoleName } from '../../src/domain/caller'
import type { Purpose } from '../../src/domain/purpose'
import { CONFIDENTIALITY } from '../../src/domain/confidentiality'
import { STATES, type State } from './canary-world'
import { catalogue, isDue, LEAVES } from './cells'
import { AGREED_ROLES } from './contract-policy'
import type { Leaf } from './leaves'
import { documentOf, selectionsOf } from './random-documents'

/** One request; `KIND:state` in the text stands for the id of such a thing of the offender of that state. */
export interface Question {
  readonly kind: 'query' | 'mutation'
  readonly role: RoleName
  readonly purpose: Purpose
  readonly justified: boolean
  readonly text: string
  /** The root fields that it asks for. */
  readonly roots: readonly string[]
}

const NAMED = [
  'OFFENDER',
  'DECISION',
  'MEETING',
  'ENTRY',
  'ASSESSMENT',
  'GRANT',
  'REQUEST',
  'TWIN',
  'RECORD',
  'JOINED',
  'NOTICE',
  'REFERRAL',
  'INVITATION',
  'AGREED',
  'ACTION',
] as const
export type Named = (typeof NAMED)[number]

/** The same text with ids for what it names. */
export function withIds(text: string, idOf: (kind: Named, state: State) => string): string {
  const names = new RegExp(`(${NAMED.join('|')}):(\\w+)`, 'g')
  return text.replace(names, (_, kind: Named, state: State) => idOf(kind, state))
}

const TOLD = 'reason: "It is to be looked at."'
const offenderOf = (state: State) => `offender: {id: "OFFENDER:${state}"}`
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

interface Command {
  readonly args: (state: State) => string
  /** Who may do it, to somebody. */
  readonly may: readonly RoleName[]
  /** The purpose that it takes. */
  readonly purpose?: Purpose
  /** The case is then seen by others than before, so those who may do so to nobody whom that would change. */
  readonly opens?: true
}

const isPerson = (role: RoleName) => !isMachineRole(role)

const OFFICERS: readonly RoleName[] = ['DATA_PROTECTION_OFFICER']
const STEWARDS: readonly RoleName[] = ['DATA_STEWARD']
const OVERSEERS: readonly RoleName[] = ['SENIOR_PROBATION_OFFICER', 'HEAD_OF_OFFENDER_MANAGEMENT']
const SYSTEMS: readonly RoleName[] = ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM']
const PEOPLE = AGREED_ROLES.filter(isPerson)

const COORDINATING = { may: ['MAPPA_COORDINATOR'], purpose: 'MAPPA' } as const

/** Every command, as somebody sends it; those that make what others are about come first. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  recordMappaLevel: {
    args: (state) =>
      `input: {${offenderOf(state)}, category: 1, level: 2, levelStatus: CONFIRMED, effectiveOn: "${inDays(0)}", nextReviewOn: "${inDays(90)}", forum: LEVEL_2_MEETING, rationale: "As agreed.", assessments: ["ASSESSMENT:${state}"], area: "NORTH"}`,
    may: ['MAPPA_COORDINATOR'],
    purpose: 'MAPPA',
  },
  recordOversight: {
    args: (state) =>
      `input: {${offenderOf(state)}, kind: OTHER, decision: "Go on.", rationale: "Nothing new."}`,
    may: OVERSEERS,
  },
  requestAccess: { args: (state) => `${offenderOf(state)}, ${TOLD}`, may: PEOPLE },
  settleAccessRequest: {
    args: (state) => `request: "REQUEST:${state}", outcome: REFUSED, comment: "Not theirs."`,
    may: OFFICERS,
  },
  breakGlass: {
    args: (state) => `${offenderOf(state)}, justification: "Somebody may come to harm tonight."`,
    may: PEOPLE.filter((role) => ROLES[role].breakGlass !== undefined),
  },
  endBreakGlass: { args: () => 'grant: "GRANT:broken"', may: [] },
  reviewBreakGlass: {
    args: (state) => `grant: "GRANT:${state}", outcome: JUSTIFIED, comment: "It was one."`,
    may: OFFICERS,
  },
  mergeOffenders: { args: (state) => `input: {${pairOf(state)}, ${TOLD}}`, may: STEWARDS },
  unmergeOffenders: {
    args: () => `input: {offender: {id: "JOINED:own"}, records: ["RECORD:own"], ${TOLD}}`,
    may: STEWARDS,
  },
  confirmSuspectedMatch: { args: () => `match: "OFFENDER:absent", ${TOLD}`, may: [] },
  dismissSuspectedMatch: { args: () => `match: "OFFENDER:absent", ${TOLD}`, may: [] },
  pushCaseUpdates: {
    args: (state) =>
      `input: {updates: [{person: {id: "OFFENDER:${state}"}, fact: {none: [REFERRALS]}}, {person: {crn: "X${state}"}, fact: {aliases: [{family: "Other"}]}}]}`,
    may: SYSTEMS,
    // Of whom a system speaks, its agency's stewards see.
    opens: true,
  },
  acknowledgeMappaLevel: {
    args: (state) => `decision: "DECISION:${state}"`,
    may: ['MAPPA_COORDINATOR', 'PRISON_PUBLIC_PROTECTION', 'POLICE_OFFENDER_MANAGER'],
  },
  scheduleMappaMeeting: {
    args: (state) =>
      `input: {level: 2, at: "${inDays(7)}T10:00:00Z", area: "NORTH", offenders: [{id: "OFFENDER:${state}"}], invitations: [{agency: "POL-NORTH"}]}`,
    may: ['MAPPA_COORDINATOR'],
    purpose: 'MAPPA',
    opens: true,
  },
  transferMappaArea: {
    args: (state) =>
      `input: {${offenderOf(state)}, toArea: "NORTH", effectiveOn: "${inDays(0)}", nextReviewOn: "${inDays(90)}", rationale: "They moved."}`,
    may: [],
  },
  exitMappa: {
    args: (state) =>
      `input: {${offenderOf(state)}, effectiveOn: "${inDays(0)}", forum: LEAD_AGENCY_REVIEW, rationale: "It is over."}`,
    may: ['MAPPA_COORDINATOR'],
    purpose: 'MAPPA',
  },
  referToMappa: {
    args: (state) =>
      `input: {${offenderOf(state)}, level: 2, category: 1, area: "NORTH", reasons: "The risk has grown."}`,
    may: ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER'],
    purpose: 'MAPPA',
  },
  advanceMappaReferral: {
    args: (state) => `referral: "REFERRAL:${state}", state: RECEIVED`,
    may: ['MAPPA_COORDINATOR'],
    purpose: 'MAPPA',
  },
  openNotice: { args: (state) => `notice: "NOTICE:${state}"`, may: ['MAPPA_COORDINATOR'], purpose: 'MAPPA' },
  acknowledgeNotice: {
    args: (state) => `notice: "NOTICE:${state}"`,
    may: ['MAPPA_COORDINATOR'],
    purpose: 'MAPPA',
  },
  answerNotice: {
    args: (state) => `notice: "NOTICE:${state}", answer: ACCEPTED, reasons: "So be it."`,
    may: [],
  },
  inviteToMappaMeeting: {
    args: (state) => `meeting: "MEETING:${state}", invitations: [{agency: "POL-NORTH", subject: "somebody"}]`,
    ...COORDINATING,
  },
  withdrawMappaInvitation: {
    args: (state) => `meeting: "MEETING:${state}", invitation: "INVITATION:${state}", ${TOLD}`,
    ...COORDINATING,
  },
  contributeToMappaMeeting: {
    args: (state) =>
      `input: {meeting: "MEETING:${state}", ${offenderOf(state)}, contribution: "What we know."}`,
    ...COORDINATING,
  },
  acceptMappaConfidentiality: {
    args: (state) => `meeting: "MEETING:${state}", edition: "${CONFIDENTIALITY.edition}"`,
    may: ['MAPPA_COORDINATOR', 'MAPPA_PANEL_MEMBER'],
    purpose: 'MAPPA',
  },
  sendMappaApologies: {
    args: (state) => `meeting: "MEETING:${state}", ${TOLD}`,
    may: ['MAPPA_PANEL_MEMBER'],
    purpose: 'MAPPA',
  },
  freezeMappaMeeting: { args: (state) => `meeting: "MEETING:${state}"`, ...COORDINATING },
  cancelMappaMeeting: { args: () => `meeting: "OFFENDER:absent", ${TOLD}`, may: [] },
  holdMappaMeeting: {
    args: (state) =>
      `input: {meeting: "MEETING:${state}", heldAt: "${new Date().toISOString()}", chair: {name: "Chair", agency: "N02"}, attendance: [{agency: "N02", name: "Chair", state: ATTENDED}]}`,
    ...COORDINATING,
  },
  recordMappaMeetingDecision: {
    args: (state) =>
      `input: {meeting: "MEETING:${state}", ${offenderOf(state)}, decision: "To go on.", rationale: "Nothing new."}`,
    ...COORDINATING,
  },
  recordMappaDissent: {
    args: (state) => `meeting: "MEETING:${state}", decision: "AGREED:${state}", view: "We would not."`,
    ...COORDINATING,
  },
  agreeRiskManagementPlan: {
    args: (state) =>
      `input: {meeting: "MEETING:${state}", ${offenderOf(state)}, plan: "Visits.", rationale: "Needed.", actions: [{action: "Visit.", ownerAgency: "N02", due: "${inDays(9)}"}]}`,
    ...COORDINATING,
  },
  completeMappaAction: {
    args: (state) => `meeting: "MEETING:${state}", action: "ACTION:${state}", outcome: "Done."`,
    ...COORDINATING,
  },
  recordMappaDisclosure: {
    args: (state) =>
      `input: {meeting: "MEETING:${state}", ${offenderOf(state)}, outcome: DO_NOT_DISCLOSE, recipient: "The school.", content: "Nothing.", rationale: "No need."}`,
    ...COORDINATING,
  },
  recordMappaMinutes: {
    args: (state) =>
      `input: {meeting: "MEETING:${state}", reference: "M-1", formCode: "B", title: "Minutes", guidanceEdition: "2021"}`,
    ...COORDINATING,
  },
  closeMappaMeeting: { args: (state) => `meeting: "MEETING:${state}"`, ...COORDINATING },
  pushOfferings: { args: () => 'input: {establishment: "LEI", offerings: []}', may: ['PRISON_SYSTEM'] },
  countersignOversight: { args: (state) => `entry: "ENTRY:${state}"`, may: OVERSEERS },
  referToParoleBoard: {
    args: (state) => `input: {${offenderOf(state)}, ${TOLD}}`,
    may: ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER', 'PRISON_OFFENDER_MANAGER'],
    purpose: 'PAROLE',
    opens: true,
  },
  drawInspectionSample: {
    args: (state) =>
      `input: {inspection: "Random", offenders: [{id: "OFFENDER:${state}"}], until: "${inDays(30)}"}`,
    may: ['INSPECTOR'],
    opens: true,
  },
  resolveQuarantined: { args: (state) => `item: "1", ${offenderOf(state)}, ${TOLD}`, may: [] },
  discardQuarantined: { args: () => `item: "1", ${TOLD}`, may: [] },
  retryQuarantined: { args: () => 'items: ["1"]', may: STEWARDS },
  beginSnapshot: { args: () => '', may: ['PRISON_SYSTEM', 'PROBATION_SYSTEM'] },
  endSnapshot: { args: () => 'input: {snapshot: "OFFENDER:absent", records: 1}', may: [] },
  registerWebhook: { args: () => 'url: "https://receiver.example/"', may: [] },
  disableWebhook: { args: () => `id: "OFFENDER:absent", ${TOLD}`, may: [] },
  replayWebhook: { args: () => 'id: "OFFENDER:absent", afterRevision: 1', may: [] },
}

/** Two whom somebody holds for one: the twins, who stand alike to everybody, or two of whom one is another agency's. */
function pairOf(state: State): string {
  const from = state === 'own' ? 'TWIN:named' : 'OFFENDER:other'
  return `into: {id: "${state === 'own' ? 'TWIN:own' : `OFFENDER:${state}`}"}, from: {id: "${from}"}`
}

const FILTERS = [
  'establishment: "MDI"',
  'organisation: "C05"',
  'mappaLevel: 2',
  'name: "fam"',
  'allocatedTo: "N02ABC1"',
]

/** Every question, as somebody asks it, and how often beside the others. */
export const QUERIES: Readonly<Record<string, (state: State, i: number) => string>> = {
  offender: (state, i) => `by: {id: "OFFENDER:${state}"}${i % 5 === 0 ? ', asOf: {revision: 1}' : ''}`,
  offenders: (_, i) =>
    i % 2 === 0 ? 'first: 20' : `where: {${FILTERS[i % FILTERS.length] ?? ''}}, first: 20`,
  changes: () => 'first: 60',
  mappaMeetingSummary: (state) => `meeting: "MEETING:${state}"`,
  paroleSummary: (state) => `by: {id: "OFFENDER:${state}"}`,
  notices: () => 'first: 20',
  mappaLevelChanges: () => 'first: 20',
  mappaConsistency: () => 'area: "NORTH"',
  mappaAreas: () => '',
  mappaRules: () => '',
  mappaConfidentialityStatement: () => '',
  disclosures: (state) => `where: {${offenderOf(state)}}, first: 5`,
  breakGlassReviews: () => 'first: 5',
  accessRequests: () => 'first: 5',
  explainAccess: (state) =>
    `${offenderOf(state)}, role: "CRC_OFFICER", field: "Custody.cell", viewer: {agency: "C05"}`,
  myAccess: () => '',
  quarantine: () => 'first: 5',
  quarantineItem: () => 'item: "1"',
  receipt: () => 'messageId: "1"',
  receipts: () => 'first: 5',
  sources: () => '',
  snapshots: () => 'first: 5',
  lackingRecords: () => 'snapshot: "OFFENDER:absent"',
  suspectedMatches: () => 'first: 5',
  webhooks: () => '',
}

const READ_MOST: Readonly<Record<string, number>> = {
  offender: 24,
  offenders: 8,
  changes: 3,
  mappaMeetingSummary: 2,
}

const WEIGHED = Object.keys(QUERIES).flatMap((name) => Array<string>(READ_MOST[name] ?? 1).fill(name))

/** Lists lie two fields deeper. */
const DEPTHS: Readonly<Record<string, number>> = { OffenderConnection: 5, MappaMeetingSummary: 5 }

function rootsFor(asked: Asking) {
  const withheld = fc.constantFrom(...withheldFrom(asked))
  return fc
    .tuple(fc.constantFrom(...WEIGHED), fc.constantFrom(...STATES), fc.nat(99), withheld)
    .chain(([name, state, i, leaf]) =>
      rootOf(catalogue.schema.getQueryType(), name, QUERIES[name]?.(state, i) ?? '').map((root) => {
        const more = OFFENDERS_IN[name]?.(leafText(leaf)) ?? ''
        return { ...root, selection: { ...root.selection, text: `${root.selection.text} ${more}` } }
      }),
    )
}

/** Random selections seldom reach far down: each question about offenders asks for one more field, which is withheld. */
const OFFENDERS_IN: Readonly<Record<string, (text: string) => string>> = {
  offender: (text) => `leaf: ${text}`,
  offenders: (text) => `leaf: nodes { ${text} }`,
}

const leafText = ({ path }: Leaf) => `${path.join(' { ')}${' }'.repeat(path.length - 1)}`

const known = new Map<string, readonly Leaf[]>()

/** What is withheld of somebody who is not the asker's own case: of anybody, or, as often, of them and not of an own case. */
function withheldFrom(asked: Asking): readonly Leaf[] {
  const key = [asked.role, asked.purpose, asked.justified].join()
  const found = known.get(key) ?? weigh(asked)
  known.set(key, found)
  return found
}

function weigh({ role, purpose, justified }: Asking): readonly Leaf[] {
  const isDueOf = (state: State) => (leaf: Leaf) => isDue(leaf, { role, purpose, justified, state })
  const withheld = LEAVES.filter((leaf) => !isDueOf('other')(leaf))
  const perCase = withheld.filter(isDueOf('own'))
  const again = perCase.length === 0 ? 0 : Math.floor(withheld.length / perCase.length)
  const weighed = [...withheld, ...Array<Leaf[]>(again).fill(perCase).flat()]
  return weighed.length > 0 ? weighed : LEAVES
}

const queries: fc.Arbitrary<Question> = fc
  .constantFrom(...AGREED_ROLES)
  .chain(asking)
  .chain((asked) => {
    const roots = rootsFor(asked)
    return fc
      .oneof({ weight: 3, arbitrary: fc.tuple(roots) }, { weight: 1, arbitrary: fc.tuple(roots, roots) })
      .map((chosen): Question => ({
        kind: 'query',
        ...asked,
        roots: chosen.map(({ name }) => name),
        text: documentOf('query', chosen),
      }))
  })

const SEEN_ALIKE: readonly State[] = ['own', 'excluded', 'restricted', 'named', 'absent']

type Root = Parameters<typeof documentOf>[1][number] & { readonly name: string }

function commandOf(name: string, command: Command, asked: Asking, root: Root): Question {
  const purpose = command.may.includes(asked.role) ? (command.purpose ?? asked.purpose) : asked.purpose
  return { kind: 'mutation', ...asked, purpose, roots: [name], text: documentOf('mutation', [root]) }
}

const commandRoot = (name: string, { args }: Command, state: State) =>
  rootOf(catalogue.schema.getMutationType(), name, args(state))

/** Each command by everybody who may give it, of somebody of whom they may. */
export const everyCommand: fc.Arbitrary<Question[]> = fc.tuple(
  ...Object.entries(COMMANDS).flatMap(([name, command]) =>
    command.may.map((role) =>
      fc
        .tuple(asking(role), commandRoot(name, command, 'own'))
        .map(([asked, root]) => commandOf(name, command, { ...asked, justified: isPerson(role) }, root)),
    ),
  ),
)

const orAll = (roles: readonly RoleName[]) => (roles.length > 0 ? roles : AGREED_ROLES)

const mutations: fc.Arbitrary<Question> = fc
  .constantFrom(...Object.entries(COMMANDS))
  .chain(([name, command]) =>
    fc.oneof(fc.constantFrom(...AGREED_ROLES), fc.constantFrom(...orAll(command.may))).chain((role) =>
      fc
        .tuple(
          asking(role),
          fc.constantFrom(...statesFor(command, role)).chain((state) => commandRoot(name, command, state)),
        )
        .map(([asked, root]) => commandOf(name, command, asked, root)),
    ),
  )

/** One in five commands. */
export const questions = fc.oneof({ weight: 4, arbitrary: queries }, { weight: 1, arbitrary: mutations })

function statesFor({ may, opens }: Command, role: RoleName): readonly State[] {
  return opens && may.includes(role) ? SEEN_ALIKE : STATES
}

type Asking = Pick<Question, 'role' | 'purpose' | 'justified'>

function asking(role: RoleName): fc.Arbitrary<Asking> {
  const { purposes } = ROLES[role]
  return fc.record({
    role: fc.constant(role),
    purpose: fc.constantFrom(...(purposes.length > 0 ? purposes : (['ANALYSIS'] as const))),
    justified: isPerson(role) ? fc.boolean() : fc.constant(false),
  })
}

function rootOf(type: GraphQLObjectType | null | undefined, name: string, args: string) {
  const below = getNamedType(type?.getFields()[name]?.type)
  if (!isObjectType(below)) throw new Error(`there is no ${name}, or it has no fields`)
  const root = args === '' ? name : `${name}(${args})`
  return selectionsOf(below, DEPTHS[below.name] ?? 4).map((selection) => ({ name, root, selection }))
}
