import { canonicalJson } from '../domain/canonical-json'
import { sha256 } from '../domain/digest'
import { ROLES } from './roles'
import { SETTINGS } from './settings'

/** Hash of the roles and settings in force: stamped on every entry of the journal. */
export const POLICY_VERSION: string = sha256(canonicalJson([ROLES, SETTINGS])).slice(0, 16)
