import { date, flag, many, text, texts } from './declare'
import { BY_EACH } from './owners'

export type BarrierKind = 'DISABILITY' | 'LEARNING' | 'CARE_NEED' | 'LANGUAGE' | 'PROVISION' | 'PRACTICAL'

export const barrierFacts = {
  /** What stands in the way of taking part (work, distance, a disability), and what would help. */
  barriers: many(
    'barrier',
    ['kind', 'code', 'description', 'since', 'notes'],
    {
      kind: text<BarrierKind>().must,
      /** The supplier's code, e.g. `RM`. */
      code: text(),
      description: text(),
      condition: text(),
      status: text(),
      notes: text(),
      /** What is to be provided or done differently. */
      adjustments: texts(),
      /** A programme adapted to learning disability or challenges is needed. */
      adaptedProgramme: flag(),
      since: date(),
      until: date(),
    },
    BY_EACH,
  ),
}
