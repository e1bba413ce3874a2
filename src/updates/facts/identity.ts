import { normaliseIdentifier, type IdentifierType } from '../../domain/identifiers'
import { date, many, one, text, type SourceSystem } from './declare'
import { BY_EACH } from './owners'

/**
 * Whose word leads for display where several records name a person or a place: NOMIS, because identity
 * is checked at reception and the prison knows where it holds somebody; then Delius; then a CRC's copy.
 */
export const LEAD: Readonly<Record<SourceSystem, number>> = { NOMIS: 1, DELIUS: 2, CRC: 3, OASYS: 4 }

const names = { given: text(), middle: text(), family: text(), dateOfBirth: date() }

export const identityFacts = {
  person: one(
    'person',
    {
      title: text(),
      ...names,
      /** What the person is called, where that is not the given name. */
      preferredName: text(),
      sex: text(),
      /** In the supplier's words. */
      ethnicity: text(),
      nationality: text(),
    },
    BY_EACH,
    { worked: (_, { system }) => ({ lead: LEAD[system] }), workedColumns: ['lead'] },
  ),
  identifiers: many(
    'identifier',
    ['type', 'raw', 'qualifier'],
    {
      type: text<IdentifierType>().must,
      /** As received. */
      raw: text().must,
      /**
       * `MERGED` for a former prison number, `PREVIOUS` for a former CRN, `SEPARATED` for one that is somebody
       * else’s; the supplier's type of an `OTHER` one, e.g. `NINO`.
       */
      qualifier: text(),
    },
    BY_EACH,
    {
      worked: ({ type, raw, qualifier }, { receivedOn }) => {
        const normal = normaliseIdentifier(type, raw, receivedOn)
        return { ...normal, valid: normal.valid && qualifier !== 'SEPARATED' }
      },
      workedColumns: ['value', 'valid'],
      // That a number took another’s place is history, which a document that leaves it out does not undo.
      lasting: { column: 'qualifier', values: ['MERGED', 'PREVIOUS'] },
    },
  ),
  aliases: many('alias', ['given', 'middle', 'family', 'dateOfBirth'], names, BY_EACH),
}
