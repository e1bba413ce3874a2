import type { As, Body, TestGateway } from './gateway'

/** The part of a meeting that tests look at. */
export interface MeetingSeen {
  readonly id: string
  readonly state: string
  readonly freezes: readonly { readonly number: number; readonly frozenRevision: number }[]
  readonly invitations: readonly { readonly id: string; readonly agency: string }[]
  readonly withdrawnInvitations: readonly { readonly agency: string; readonly withdrawnBecause: string }[]
  readonly attendance: readonly { readonly agency: string; readonly state: string }[]
  readonly minutes: readonly object[]
  readonly offenders: readonly CaseSeen[]
}

export interface CaseSeen {
  readonly id: string
  readonly contributions: readonly { readonly agency: string; readonly contribution: string }[] | null
  readonly missingContributions: readonly { readonly agency: string; readonly invited: boolean }[] | null
  readonly decisions: readonly {
    readonly id: string
    readonly levelDecision: { readonly toLevel: number } | null
    readonly dissent: readonly { readonly agency: string; readonly view: string }[]
  }[]
  readonly riskManagementPlans: readonly {
    readonly actions: readonly { readonly id: string; readonly doneAt: string | null }[]
  }[]
  readonly disclosureDecisions: readonly object[] | null
}

const MEETING = `{ meeting { id state frozenRevision heldAt chair { name agency } cancelledBecause
  freezes { number frozenRevision } invitations { id agency subject } withdrawnInvitations { agency withdrawnBecause }
  attendance { agency name state reason } minutes { reference formCode title guidanceEdition minutedBy }
  offenders { id contributions { agency contribution contributedBy role } missingContributions { agency invited }
    decisions { id decision rationale recordedBy levelDecision { toLevel } dissent { agency view } }
    riskManagementPlans { plan rationale actions { id action ownerAgency ownerName dueOn doneAt outcome doneBy { name agency } } }
    disclosureDecisions { outcome recipient content conditions rationale discloser recordedBy } } } }`

/** Sends one command on a meeting; its arguments are those of the schema. */
export function command(t: TestGateway, as: As, name: string, args: Record<string, unknown>): Promise<Body> {
  const field = t.gateway.catalogue.schema.getMutationType()?.getFields()[name]
  if (!field) throw new Error(`there is no command ${name}`)
  const given = field.args.filter((argument) => argument.name in args)
  const declared = given.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ')
  const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  return t.ask(as, `mutation(${declared}) { ${name}(${passed}) ${MEETING} }`, args)
}

/** The meeting as the command left it; throws where it was refused. */
export async function done(
  t: TestGateway,
  as: As,
  name: string,
  args: Record<string, unknown>,
): Promise<MeetingSeen> {
  const body = await command(t, as, name, args)
  const payload = body.data?.[name] as { meeting: MeetingSeen } | null | undefined
  if (!payload) throw new Error(`${name}: ${JSON.stringify(body.errors ?? body.data)}`)
  return payload.meeting
}

/** What an attendee does before they read a meeting's summary. */
export async function acceptConfidentiality(t: TestGateway, as: As, meeting: string): Promise<void> {
  const read = await t.ask(as, '{ mappaConfidentialityStatement { edition text } }')
  const { edition } = read.data?.['mappaConfidentialityStatement'] as { edition: string }
  await done(t, as, 'acceptMappaConfidentiality', { meeting, edition })
}
