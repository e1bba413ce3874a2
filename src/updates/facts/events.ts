import { instant, one, text } from './declare'
import { BY_EACH } from './owners'

export const eventFacts = {
  /** That something happened of which the supplier's event says no more: each event in a record of its own. */
  event: one(
    'event',
    {
      /** As received, e.g. `person.alert.created`. */
      type: text().must,
      occurredAt: instant(),
      /** The supplier's sentence about events of this kind. */
      description: text(),
      /** How it ended, where the event says so, e.g. `COMPLETE`. */
      status: text(),
      /** What would have to be fetched to know what changed, and from where. */
      needs: text().must,
      /** Where the supplier has the details: without what follows the path. */
      detailUrl: text(),
    },
    BY_EACH,
    {
      worked: ({ occurredAt }) => ({ placed_at: occurredAt ?? '-infinity' }),
      workedColumns: ['placed_at'],
    },
  ),
}
