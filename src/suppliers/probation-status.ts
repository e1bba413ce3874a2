import { z } from 'zod'
import type { ProbationStatusFact } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

/** The fields of a probation-search document that say whether and how somebody is supervised. */
export const statusFields = {
  activeProbationManagedSentence: flag,
  currentTier: text,
  probationStatus: z
    .object({
      status: text,
      inBreach: flag,
      awaitingPsr: flag,
      preSentenceActivity: flag,
      previouslyKnownTerminationDate: moment,
    })
    .nullish(),
}

type Fields = z.infer<z.ZodObject<typeof statusFields>>

/** Undefined where the document says nothing of it. */
export function probationStatusFrom(fields: Fields, notes: Notes): ProbationStatusFact | undefined {
  const { probationStatus: status, activeProbationManagedSentence, currentTier } = fields
  const fact = stated<ProbationStatusFact>({
    status: status?.status,
    activeSentence: activeProbationManagedSentence ?? undefined,
    inBreach: status?.inBreach ?? undefined,
    awaitingReport: status?.awaitingPsr ?? undefined,
    preSentenceActivity: status?.preSentenceActivity ?? undefined,
    previouslyKnownUntil: notes.date(
      status?.previouslyKnownTerminationDate,
      'probationStatus.previouslyKnownTerminationDate',
    ),
    tier: currentTier,
  })
  return Object.keys(fact).length === 0 ? undefined : fact
}
