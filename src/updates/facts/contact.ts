import { date, flag, many, text, texts } from './declare'
import { BY_EACH } from './owners'

export type AddressStatus = 'MAIN' | 'PREVIOUS' | 'OTHER'
export type ContactPointType = 'TELEPHONE' | 'MOBILE' | 'EMAIL'

/** How to reach somebody: part of what each system says of its own person. */
export const contactFacts = {
  addresses: many(
    'address',
    ['status', 'type', 'lines', 'postcode', 'noFixedAbode', 'since'],
    {
      status: text<AddressStatus>().must,
      /** The supplier's own word for it, e.g. `Main`, `Proposed`. */
      rawStatus: text(),
      /** What kind of place it is, in the supplier's words. */
      type: text(),
      noFixedAbode: flag(),
      lines: texts(),
      town: text(),
      county: text(),
      postcode: text(),
      since: date(),
      until: date(),
    },
    BY_EACH,
  ),
  contactPoints: many(
    'contact_point',
    ['type', 'value'],
    {
      type: text<ContactPointType>().must,
      /** The supplier's own word for it, e.g. `HOME`, `BUS`. */
      rawType: text(),
      value: text().must,
    },
    BY_EACH,
  ),
}
