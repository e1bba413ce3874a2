const WEB_SERVER = 'recorded answers of a web server; the documents in it are taken one by one'
const ANOTHER_GATEWAY = 'an answer of another gateway, which says neither whose it is nor who states it'
const ONE_USER = 'whether one user may see a case; the lists themselves come as access-limitations'
const SENTENCES = 'sentences by court case, in the prison’s own form; they are stated with pushCaseUpdates'
const PERIODS = 'past periods in prison; prisoner-search says where a prisoner is, events say each movement'
const PRISON_API = 'the prisoner as prison-api shows one; prisoner-search is what is taken'
const CONCLUSION = 'another service’s conclusion about who is one person; here each record speaks for itself'
const DELIUS_SCREEN =
  'a case put together for a screen, flags in words; its parts come in formats of their own'
const NO_STATEMENT = 'a number or a name alone: it states nothing of anybody'

/** Published payloads that are no document of a supplier, by the end of the file’s name, each with the reason. */
export const UNTAKEN: Readonly<Record<string, string>> = {
  'oasys-pni-response-with-missing-fields-success.json': 'the need for a programme, which is not held here',
  'sentence-info.json': SENTENCES,
  'probationAccessControlMock.json': WEB_SERVER,
  'verify-access/allowed.json': ONE_USER,
  'core-person-record-response-incorrect-ids.json': CONCLUSION,
  'core-person-record-response.json': CONCLUSION,
  'GetPrisonTimelineForPersonResponse.json': PERIODS,
  'SentencedCourtCasesResponse.json': SENTENCES,
  'GetRiskManagementPlanResponse.json': 'a risk management plan, which is not held here',
  'person-alerts-filtered.json': 'a list without an entry: there is nothing to send',
  'person-name-search-probation-and-prison-response.json': ANOTHER_GATEWAY,
  'person-offender-and-probation-search-redacted-response.json': ANOTHER_GATEWAY,
  'person-offender-and-probation-search-response.json': ANOTHER_GATEWAY,
  'person-responsible-officer-redacted.json': ANOTHER_GATEWAY,
  'person-responsible-officer.json': ANOTHER_GATEWAY,
  'person-sentence-key-dates-redacted.json': ANOTHER_GATEWAY,
  'person-sentence-key-dates.json': ANOTHER_GATEWAY,
  'X000001-risk.json': WEB_SERVER,
  'X000001-tier.json': WEB_SERVER,
  'X000001-user-access.json': WEB_SERVER,
  'X000002-risk-flags.json': WEB_SERVER,
  'X000002-user-access.json': WEB_SERVER,
  'X000003-user-access-error.json': WEB_SERVER,
  'mappings/lao.json': WEB_SERVER,
  'schema_data_format_full.json': 'a schema: it says how data would look, and has none',
  'templates/booking.json': PRISON_API,
  'prisoner-details-valid-1.json': NO_STATEMENT,
  'prisoner-managers-1.json': NO_STATEMENT,
  'licence-conditions-not-on-licence.json': DELIUS_SCREEN,
  'licence-conditions.json': DELIUS_SCREEN,
  'overview.json': DELIUS_SCREEN,
  'booking-and-sentence-adjustments.json':
    'days added to and taken off a sentence; they are stated with pushCaseUpdates',
  'offender_detail_no_recall.json': PRISON_API,
  'offender_detail_recall.json': PRISON_API,
  'prisoner_timeline.json': PERIODS,
  'released_prisoner.json': PRISON_API,
  'sentence_summary.json': SENTENCES,
  'getSentenceDetail_1200835.json': WEB_SERVER,
  'noMatches.json': 'the answer of a search that found nobody',
}
