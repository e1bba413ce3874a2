import type { Command } from '../commands/command'
import type { Given } from '../query/roots'
import type { Asked } from '../commands/asked'
import type { StewardshipDeps } from './deps'
import { giveQuarantine, giveQuarantineItem } from './give-quarantine'
import { confirmSuspectedMatch, dismissSuspectedMatch } from './decide-matches'
import { giveLackingRecords, giveSnapshots } from './give-snapshots'
import { giveSources } from './give-sources'
import { mergeOffenders, unmergeOffenders } from './merge-offenders'
import { giveReceipt, giveReceipts } from './receipts'
import { discardQuarantined, resolveQuarantined, retryQuarantined } from './settle'
import { beginSnapshot, endSnapshot } from './snapshots'
import { giveSuspectedMatches } from './suspected-matches'

type Ask = (asked: Asked, deps: StewardshipDeps) => Promise<Given | null>
type Do = (command: Command, deps: StewardshipDeps) => Promise<Given | null>

/** By root field. */
export const STEWARDSHIP_QUERIES: Readonly<Record<string, Ask>> = {
  quarantine: giveQuarantine,
  quarantineItem: giveQuarantineItem,
  receipt: giveReceipt,
  receipts: giveReceipts,
  sources: giveSources,
  snapshots: giveSnapshots,
  lackingRecords: giveLackingRecords,
  suspectedMatches: giveSuspectedMatches,
}

export const STEWARDSHIP_COMMANDS: Readonly<Record<string, Do>> = {
  resolveQuarantined,
  discardQuarantined,
  retryQuarantined,
  beginSnapshot,
  endSnapshot,
  mergeOffenders,
  unmergeOffenders,
  confirmSuspectedMatch,
  dismissSuspectedMatch,
}
