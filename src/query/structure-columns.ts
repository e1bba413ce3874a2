import { Columns } from './columns'

/** What narrows all that a table ever held to one state (`asOfSql`). */
export const STATE = ['revision', 'superseded_revision']

/** What finds the versions of a row that a change wrote and superseded (`changeFieldsSql`). */
export const VERSION = [...STATE, 'ordinal', 'superseded_ordinal', 'item']

/**
 * What every question needs, whoever asks: whom a reference names, whose records they are, which state it is
 * of, and the log of changes. None of it says anything of a case but that it is there, what it is called, the
 * numbers that it is asked for by, and who holds records of it.
 */
const STRUCTURE: Readonly<Record<string, readonly string[]>> = {
  // Whom an id stands for; the order and the cursor of a list.
  offender: ['id', 'joined_into', 'family_name', 'given_name'],
  offender_ever: ['id', 'joined_into', 'family_name', 'given_name', ...STATE],
  // Whom a number names: one that is valid, and not another person's.
  identifier: ['offender_id', 'type', 'value', 'valid', 'qualifier', 'source_record_id'],
  identifier_ever: ['offender_id', 'type', 'value', 'valid', 'qualifier', 'source_record_id', ...STATE],
  // Whose word a number is; the agencies that own what was shown, for the journal.
  source_record: ['id', 'offender_id', 'system', 'local_id', 'agency'],
  source_record_ever: ['id', 'offender_id', ...STATE],
  // The state that an answer is of, and when and by whom a change was recorded.
  revision_counter: ['value'],
  revision: ['revision', 'at', 'client', 'agency', 'subject'],
  // The feed: what was changed, never what it says.
  change: [
    'revision',
    'ordinal',
    'kind',
    'offender_id',
    'source_record_id',
    'made_about',
    'table_name',
    'fact',
    'hash',
  ],
  // When a late statement was made; its facts are hashes.
  statement: ['source_record_id', 'facts', 'at', 'revision'],
  // What a late statement says, of the columns that the reader's role may read.
  readable_content: ['source_record_id', 'fact', 'hash', 'body'],
  // That somebody recorded that there are none.
  none_stated: ['offender_id', 'source_record_id', 'table_name'],
  none_stated_ever: ['offender_id', 'source_record_id', 'table_name', ...VERSION],
}

/** What a meeting's summary needs: its cases, and all of the meeting's own row. */
const MEETING: Readonly<Record<string, readonly string[]>> = {
  meeting_case: ['meeting_id', 'offender_id', 'made_about', 'position'],
  mappa_meeting: [
    'id',
    'level',
    'at',
    'area',
    'scheduled_by',
    'agency',
    'state',
    'frozen_at',
    'frozen_revision',
    'held_at',
    'chair_name',
    'chair_agency',
    'cancelled_because',
    'revision',
    'ordinal',
    'recorded_at',
  ],
}

/** What a summary for the Parole Board needs: the referral that it is as of. */
const REFERRAL: Readonly<Record<string, readonly string[]>> = {
  parole_referral: ['id', 'offender_id', 'made_about', 'referred_at', 'until', 'frozen_revision'],
}

export interface Packs {
  readonly meetings: boolean
  readonly referrals: boolean
}

/** `packs`: the kinds that the reader may ever read. */
export function structureColumns(packs: Packs): Columns {
  const columns = new Columns()
  const parts = { ...STRUCTURE, ...(packs.meetings && MEETING), ...(packs.referrals && REFERRAL) }
  for (const [relation, names] of Object.entries(parts)) columns.add(relation, ...names)
  return columns
}
