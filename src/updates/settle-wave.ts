import { together } from '../domain/together'
import type { ItemResult, ReadItem } from './item'
import { identifiersOf, type Known } from './known'
import { locate, type Located } from './locate'
import { takeInOrganisations } from './organisations'
import type { Verdict } from './received'
import { resultOf } from './repeats'
import { ensureRecords } from './source-records'
import { statementsOf, type Stated } from './statements'
import type { Transaction } from './store'
import type { Warning } from './update'
import type { OfRecord } from './write-statements'

/** Whose the items of a wave are, and what is to be applied of them. */
export interface SettledWave {
  readonly verdicts: ReadonlyMap<ReadItem, Verdict>
  readonly ofRecords: readonly OfRecord[]
  /** Offenders that gained or lost a record. */
  readonly affected: readonly string[]
}

/** Finds whose the items are; what is of a case that its sender does not hold has its result at once. */
export async function settleWave(
  tx: Transaction,
  wave: readonly ReadItem[],
  known: Known,
  results: Map<ReadItem, ItemResult>,
  now: Date,
): Promise<SettledWave> {
  const readable = wave.filter((read) => read.update !== undefined)
  const statements = new Map(readable.map((read) => [read, statementsOf(read, known, now)]))
  const [{ located, settled }, newcomers] = await together([
    locate(tx, statements, known, now),
    takeInOrganisations(tx, readable),
  ])
  const welcome = [...located].flatMap(([read, each]) =>
    each.kind === 'known'
      ? (statements.get(read) ?? []).map((stated) => ({
          stated,
          offenderId: each.offenderId,
          isFounder: each.isFounder,
        }))
      : [],
  )
  const ids = await ensureRecords(tx, welcome, known)
  const ofRecords = welcome.flatMap(({ stated, offenderId }) => {
    const recordId = ids.get(stated.key)
    return recordId === undefined ? [] : [{ stated, recordId, offenderId }]
  })
  const verdicts = new Map<ReadItem, Verdict>()
  for (const read of wave) {
    const each = located.get(read)
    if (each?.kind === 'notHeld') results.set(read, notHeld(read))
    else if (each?.kind === 'known') {
      verdicts.set(read, applied(read, each.offenderId, statements.get(read) ?? [], newcomers.get(read)))
    } else verdicts.set(read, quarantine(read, each, now))
  }
  return { verdicts, ofRecords, affected: settled.affected }
}

function applied(
  read: ReadItem,
  offenderId: string,
  statements: readonly Stated[],
  newcomers: readonly Warning[] = [],
): Verdict {
  const isNews = statements.some(({ facts }) => facts.some(({ isNewest }) => isNewest))
  return {
    outcome: isNews ? 'APPLIED' : 'LATE',
    offenderId,
    errors: [],
    warnings: [...(read.update?.warnings ?? []), ...newcomers],
    waitingFor: [],
  }
}

/** Alike for people it does not hold and for people nobody knows, so that pushing is no way to find out. */
function notHeld(read: ReadItem): ItemResult {
  const message = 'this is no case that your organisation holds'
  return { ...resultOf(read, 'REJECTED', null), errors: [{ code: 'NOT_OWNER', path: 'person', message }] }
}

function quarantine(read: ReadItem, located: Located | undefined, now: Date): Verdict {
  const warnings: readonly Warning[] = read.update?.warnings ?? []
  if (read.unreadable) {
    const { code, path, message } = read.unreadable
    return {
      outcome: 'QUARANTINED',
      offenderId: null,
      warnings,
      errors: [{ code, path, message }],
      waitingFor: [],
    }
  }
  const message = 'the document names nobody we know'
  const { code, reason, waitingFor } =
    located?.kind === 'waiting'
      ? located
      : { code: 'PERSON_UNKNOWN' as const, reason: message, waitingFor: identifiersOf(read, now) }
  const errors = [{ code, path: 'person', message: reason }]
  return { outcome: 'QUARANTINED', offenderId: null, warnings, errors, waitingFor }
}
