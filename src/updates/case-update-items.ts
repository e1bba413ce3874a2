import { referenceType } from '../domain/identifiers'
import { storable } from '../domain/storable'
import { messageIdProblem, type Item } from './item'
import { CASE_UPDATE } from './read-case-update'
import type { StatedIdentifier } from './update'

/** The typed inputs of `pushCaseUpdates` as items, on the same way as supplier documents. */
export function caseUpdateItems(updates: readonly Readonly<Record<string, unknown>>[]): Item[] {
  return updates.map((update, index): Item => {
    const { observedAt, version, person, fact, ...identified } = update as {
      messageId?: string | null
      observedAt?: string | null
      version?: number | null
      person?: Readonly<Record<string, string>> | null
      fact: unknown
    }
    const [[kind = '', value = ''] = []] = Object.entries(person ?? {})
    const type = referenceType(kind)
    const named: StatedIdentifier[] = type ? [{ type, raw: storable(value) }] : []
    const messageId = identified.messageId?.trim()
    const problem = messageIdProblem(messageId)
    return {
      index,
      format: CASE_UPDATE,
      payload: fact,
      person: named,
      problems: problem ? [problem] : [],
      ...(kind === 'id' && { personId: value }),
      ...(messageId && { messageId: storable(messageId) }),
      ...(observedAt != null && { observedAt: new Date(observedAt).toISOString() }),
      ...(version != null && { version }),
    }
  })
}
