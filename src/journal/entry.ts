import { createHmac, hash, randomBytes, randomUUID } from 'node:crypto'
import { canonicalJson } from '../domain/canonical-json'
import type { Statement } from '../domain/binds'
import type { Caller } from '../domain/caller'
import type { Purpose } from '../domain/purpose'

export const ENTRY_KINDS = [
  'DISCLOSURE',
  'SEARCH',
  'REFUSAL',
  'PUSH',
  'ALTERATION',
  'AUDIT_READ',
  'ACCESS',
  'HINT',
  'AUTHENTICATION_FAILED',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** What is to be put on record of one answer, refusal, push or change: fields, never values. */
export interface EntryDraft {
  readonly kind: EntryKind
  readonly outcome: string
  readonly at: Date
  readonly viewer: Caller | undefined
  readonly purpose?: Purpose | undefined
  readonly justification?: string | undefined
  /** The operation's name, or the door that was used, e.g. `ingest/prisoner-search`. */
  readonly operation?: string | undefined
  readonly basis?: string | undefined
  readonly requestId?: string | undefined
  /** Resolved ids, paging, counts, hashes of inputs. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** What was searched for; kept as keyed hashes only. */
  readonly terms?: Readonly<Record<string, string>>
  /** Statement, bound values' hash and mask: what a replay needs. */
  readonly plan?: Statement & { readonly hash: string }
  readonly revision?: number
  /** SHA-256 of the answer's data as it was given. */
  readonly digest?: string
  /** Bits of all fields in the answer, whomever they are about. */
  readonly fields?: readonly number[]
  readonly subjects: readonly Subject[]
}

/** One offender's part of an entry. */
export interface Subject {
  readonly offender: string
  readonly fields: readonly number[]
  readonly withheld: readonly number[]
  readonly owners: readonly string[]
}

/** Versions that every entry is stamped with. */
export interface Stamp {
  readonly policy: string
  readonly dictionary: string
}

/** An entry as exact bytes, with its salted details and what it is looked up by. */
export interface PreparedEntry {
  readonly kind: EntryKind
  readonly outcome: string
  readonly at: Date
  /** Whom a look-up by viewer finds. */
  readonly viewer: string
  readonly agency: string | undefined
  readonly purpose: Purpose | undefined
  readonly bytes: Buffer
  readonly details: readonly Detail[]
  readonly lookups: readonly LookUp[]
  readonly plan?: { readonly hash: string; readonly text: string }
}

/** Null on the one row of an entry that concerns nobody. */
export interface LookUp {
  readonly offender: string | null
  readonly owners: readonly string[]
}

export interface Detail {
  readonly part: number
  readonly offender: string | null
  readonly salt: Buffer
  readonly body: Buffer
}

/** Bytes. */
const SALT = 32

/** The commitments in the bytes let one person's detail be erased while the entry stays provable. */
export function prepareEntry(draft: EntryDraft, stamp: Stamp): PreparedEntry {
  const plan = draft.plan && { hash: draft.plan.hash, text: draft.plan.text }
  const details: Detail[] = [
    detail(0, null, (salt) => header(draft, salt)),
    ...draft.subjects.map((subject, i) => detail(i + 1, subject.offender, () => subjectBody(subject))),
  ]
  const entry = {
    v: 1,
    id: randomUUID(),
    at: draft.at.toISOString(),
    kind: draft.kind,
    outcome: draft.outcome,
    policy: stamp.policy,
    dictionary: stamp.dictionary,
    purpose: draft.purpose,
    revision: draft.revision,
    digest: draft.digest,
    plan: plan?.hash,
    details: details.map(({ salt, body }) => hash('sha256', Buffer.concat([salt, body]), 'hex')),
  }
  const bytes = Buffer.from(canonicalJson(entry))
  const { kind, outcome, at, viewer, purpose, subjects } = draft
  const nobody: LookUp = { offender: null, owners: [] }
  return {
    kind,
    outcome,
    at,
    viewer: viewerKey(viewer),
    agency: viewer?.agency,
    purpose,
    bytes,
    details,
    lookups: subjects.length === 0 ? [nobody] : subjects,
    ...(plan && { plan }),
  }
}

function header(draft: EntryDraft, salt: Buffer): unknown {
  const { viewer } = draft
  return {
    viewer: viewer && {
      issuer: viewer.issuer,
      client: viewer.client,
      role: viewer.role,
      through: viewer.through,
      agency: viewer.agency,
      staffCode: viewer.staffCode,
      subject: viewer.person?.subject,
      username: viewer.person?.username,
      name: viewer.person?.name,
    },
    justification: draft.justification,
    operation: draft.operation,
    basis: draft.basis,
    requestId: draft.requestId,
    parameters: draft.parameters,
    terms: draft.terms && hashTerms(draft.terms, salt),
    values: draft.plan && createHmac('sha256', salt).update(canonicalJson(draft.plan.values)).digest('hex'),
    fields: bitmap(draft.fields ?? []),
  }
}

/** Keyed with the entry's own salt: whoever holds the detail can check a term, nobody can compare entries by it. */
function hashTerms(terms: Readonly<Record<string, string>>, salt: Buffer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(terms).map(([name, term]) => [
      name,
      createHmac('sha256', salt).update(term).digest('hex'),
    ]),
  )
}

function subjectBody(subject: Subject): unknown {
  return {
    offender: subject.offender,
    fields: bitmap(subject.fields),
    withheld: bitmap(subject.withheld),
    owners: subject.owners,
  }
}

function detail(part: number, offender: string | null, body: (salt: Buffer) => unknown): Detail {
  const salt = newSalt()
  return { part, offender, salt, body: Buffer.from(canonicalJson(body(salt))) }
}

const SALTS_DRAWN = 128
let drawn = Buffer.alloc(0)

/** Drawn for many at once: a draw takes as long as the hashes of an entry. */
function newSalt(): Buffer {
  if (drawn.length === 0) drawn = randomBytes(SALT * SALTS_DRAWN)
  const salt = drawn.subarray(0, SALT)
  drawn = drawn.subarray(SALT)
  return salt
}

/** Whom a look-up by viewer finds: the person, or the system where nobody acted. */
export function viewerKey(viewer: Caller | undefined): string {
  return viewer?.person?.subject ?? viewer?.client ?? 'unknown'
}

const bitmaps = new WeakMap<readonly number[], string>()

/** Bits as base64, lowest first: bit n stands for the dictionary's field n. Of a list that comes again it is known. */
export function bitmap(bits: readonly number[]): string {
  if (bits.length === 0) return ''
  const known = bitmaps.get(bits)
  if (known !== undefined) return known
  const bytes = Buffer.alloc(Math.floor(Math.max(...bits) / 8) + 1)
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
  const text = bytes.toString('base64')
  bitmaps.set(bits, text)
  return text
}

export function bitsOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64')
  return [...bytes].flatMap((byte, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => i * 8 + bit),
  )
}
