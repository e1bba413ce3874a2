import { contradictionsAmong, type Contradiction } from '../identity/contradictions'
import { settleIdentities, type Settled } from '../identity/settle'
import { recordKey, identifiersOf, namedBy, type Known } from './known'
import type { ReadItem } from './item'
import { newIdentity, type Stated } from './statements'
import type { Transaction } from './store'

/** Whose an item is: an offender, or why it cannot be told. */
export type Located =
  | { readonly kind: 'known'; readonly offenderId: string; readonly isFounder: boolean }
  | {
      readonly kind: 'waiting'
      readonly code: 'PERSON_UNKNOWN' | 'PERSON_AMBIGUOUS' | Contradiction
      readonly reason: string
      /** Identifiers whose news may change that. */
      readonly waitingFor: readonly string[]
    }
  | { readonly kind: 'notHeld' }

/**
 * Finds the persons of a wave's items: those that say who somebody is are settled with all that they may be
 * one with; the others are about exactly one person who is known, or they wait.
 */
export async function locate(
  tx: Transaction,
  statements: ReadonlyMap<ReadItem, readonly Stated[]>,
  known: Known,
  now: Date,
): Promise<{ located: Map<ReadItem, Located>; settled: Settled }> {
  const located = await locateNamed(tx, [...statements.keys()].filter(isAboutNamed), known, now)
  await refuseNotHeld(tx, located)
  await putContradictionsAside(tx, statements, located, now)
  const settling = [...statements].filter(([read]) => {
    const kind = located.get(read)?.kind
    return kind === undefined || kind === 'known'
  })
  const stated = settling.flatMap(([, each]) => each)
  const identities = stated.flatMap((each) => {
    const identity = newIdentity(each)
    return identity ? [[each.key, identity] as const] : []
  })
  const settled = await settleIdentities(tx, new Map(identities))
  for (const [read, [first]] of settling) {
    if (!first) continue
    const offenderId = settled.offenderOf.get(first.key) ?? known.get(first.key)?.offenderId
    const isFounder = settled.founded.has(first.key)
    if (
      offenderId !== undefined &&
      (read.update?.createsPerson === true || settled.offenderOf.has(first.key))
    )
      located.set(read, { kind: 'known', offenderId, isFounder })
  }
  return { located, settled }
}

/** A merge that contradicts others waits for a person to decide, or for news of its numbers. */
async function putContradictionsAside(
  tx: Transaction,
  statements: ReadonlyMap<ReadItem, readonly Stated[]>,
  located: Map<ReadItem, Located>,
  now: Date,
): Promise<void> {
  const notices = new Map(
    [...statements].flatMap(([read, [first]]) => {
      const isNotice = read.update?.joins === true && located.get(read)?.kind === 'known'
      const identity = isNotice && first ? newIdentity(first) : undefined
      return first && identity ? [[first.key, { read, identity }] as const] : []
    }),
  )
  const identities = new Map([...notices].map(([key, { identity }]) => [key, identity]))
  for (const [key, code] of await contradictionsAmong(tx, identities)) {
    const read = notices.get(key)?.read
    if (!read) continue
    const waitingFor = identifiersOf(read, now)
    located.set(read, { kind: 'waiting', code, reason: CONTRADICTED[code], waitingFor })
  }
}

const CONTRADICTED: Readonly<Record<Contradiction, string>> = {
  MERGE_LOOP:
    'by other merges the number that stays was replaced itself, in the end by the one that goes; a data steward must say which is wrong',
  MERGE_CONTRADICTED:
    'it would make one person of two whom the supplier took apart; a data steward must say which is wrong',
}

/** A CRC’s copy of a case is of the case that its number names, and makes nobody known. */
function isAboutNamed({ update, sender }: ReadItem): boolean {
  return update?.createsPerson !== true || sender.role === 'CRC_SYSTEM'
}

async function locateNamed(
  tx: Transaction,
  reads: readonly ReadItem[],
  known: Known,
  now: Date,
): Promise<Map<ReadItem, Located>> {
  if (reads.length === 0) return new Map()
  const named = reads.map((read) => namesOf(read, now))
  const rows = await tx.query(
    `select record.whose(array(select jsonb_array_elements_text(n.named))) as whose
     from jsonb_array_elements($1::jsonb) with ordinality n(named, place) order by n.place`,
    [JSON.stringify(named)],
  )
  return new Map(
    reads.map((read, i) => [read, whoseIs(read, (rows[i]?.['whose'] ?? []) as string[], known, now)]),
  )
}

function namesOf(read: ReadItem, now: Date): string[] {
  if (read.update?.createsPerson !== true) return namedBy(read, now)
  return read.update.records.map(({ localId }) => `CRN:${localId}`)
}

function whoseIs(read: ReadItem, owners: readonly string[], known: Known, now: Date): Located {
  const named = namesOf(read, now)
  const waitingFor = identifiersOf(read, now)
  const held = new Set(
    (read.update?.records ?? []).flatMap((each) => known.get(recordKey(each))?.offenderId ?? []),
  )
  const unknown = {
    kind: 'waiting',
    code: 'PERSON_UNKNOWN',
    reason: unknownReason(named),
    waitingFor,
  } as const
  if (named.length > 0 && owners.length === 0) return unknown
  const [only, ...others] = read.update?.joins === true ? owners.slice(0, 1) : new Set([...owners, ...held])
  if (only === undefined) return unknown
  if (others.length === 0) return { kind: 'known', offenderId: only, isFounder: false }
  const reason = new Set(owners).size > 1 ? FITS_SEVERAL : HELD_OF_ANOTHER
  return { kind: 'waiting', code: 'PERSON_AMBIGUOUS', reason, waitingFor }
}

const FITS_SEVERAL =
  'these identifiers fit more than one person on record; a data steward must say whose this is'
const HELD_OF_ANOTHER =
  'its own number (of an assessment, a licence, …) is on record as another person’s; a data steward must say whose this is'

function unknownReason(named: readonly string[]): string {
  if (named.length === 0)
    return 'the document names nobody by a valid identifier; name the person, or correct the identifier'
  return named.every((name) => name.startsWith('ID:'))
    ? 'nobody on record has this id; name the person by an identifier, or correct the id'
    : 'nobody on record has these identifiers yet; the document is kept and tried again when the person appears'
}

/** A CRC speaks of the cases that its organisation holds now, and of no others. */
async function refuseNotHeld(tx: Transaction, located: Map<ReadItem, Located>): Promise<void> {
  const asked = [...located].filter(([{ sender }]) => sender.role === 'CRC_SYSTEM')
  if (asked.length === 0) return
  const offender = ({ kind, ...rest }: Located) =>
    kind === 'known' && 'offenderId' in rest ? rest.offenderId : null
  const rows = await tx.query(
    `select exists (select from record.allocation al where al.offender_id = w.offender_id
       and al.organisation_code = w.agency and (al.until is null or al.until > (now() at time zone 'Europe/London')::date)) as held
     from unnest($1::uuid[], $2::text[]) with ordinality w(offender_id, agency, place) order by w.place`,
    [asked.map(([, each]) => offender(each)), asked.map(([{ sender }]) => sender.agency ?? null)],
  )
  asked.forEach(([read], i) => {
    if (rows[i]?.['held'] !== true) located.set(read, { kind: 'notHeld' })
  })
}
