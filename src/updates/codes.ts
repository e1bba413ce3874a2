/** What is said of an item that was taken in with a doubt; docs/push.md has a line for each. */
export const WARNING_CODES = [
  'ALERT_WITHOUT_CODE',
  'CATEGORY_3_AT_LEVEL_1',
  'CUSTODY_UNKNOWN',
  'EVENT_TYPE_DIFFERS',
  'FUTURE_DATE',
  'FUTURE_TIME',
  'GROUP_NOT_HELD',
  'KEY_DATE_DISAGREES',
  'LISTED_TWICE',
  'MERGE_ARTEFACT',
  'MISSPELT_REGISTER',
  'NEW_ORGANISATION',
  'NOTED',
  'NOT_CALCULATED',
  'NO_ROSH',
  'ORDER_UNKNOWN',
  'OVERALL_BELOW_WORST',
  'PARTLY_READ',
  'PERSON_NOT_USED',
  'PLACEHOLDER',
  'REDACTED_TEXT',
  'RESTRICTED_PATIENT_IN_PRISON',
  'SUSPECTED_MATCH',
  'TRUNCATED_TEXT',
  'UNDATED_MANAGER',
  'UNKNOWN_ANSWER',
  'UNKNOWN_MAPPA_CATEGORY',
  'UNKNOWN_MAPPA_LEVEL',
  'UNKNOWN_REGISTER',
  'UNKNOWN_ROSH_LEVEL',
  'UNKNOWN_STATUS',
  'UNREADABLE_DATE',
  'UNREADABLE_SCORE',
] as const

export type WarningCode = (typeof WARNING_CODES)[number]

/** Why an item was not applied; docs/push.md has a line for each. */
export const ITEM_ERROR_CODES = [
  'BAD_USER_INPUT',
  'CONFLICT',
  'ERASURE_ASKED',
  'MERGE_CONTRADICTED',
  'MERGE_LOOP',
  'NOT_JSON',
  'NOT_OWNER',
  'PERSON_AMBIGUOUS',
  'PERSON_UNKNOWN',
  'UNREADABLE',
] as const

export type ItemErrorCode = (typeof ITEM_ERROR_CODES)[number]
