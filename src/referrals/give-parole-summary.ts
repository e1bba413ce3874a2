import type { Asked } from '../commands/asked'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'

/** The summary itself is read from the record; here alone it is refused under any other purpose. */
export function giveParoleSummary({ plan }: Asked): Given {
  if (plan.purpose !== 'PAROLE')
    throw new Refusal('PURPOSE_NOT_ALLOWED', 'A summary for the Parole Board is read for PAROLE alone.')
  return { values: {} }
}
