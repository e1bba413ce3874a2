import { date, one, text } from './declare'
import { BY_ASSESSORS } from './owners'

/** The number of the assessment in its tool: what is said of it may come before it does. */
const assessment = () => text().must

/** What others say of an assessment: each in a record of its own, so that one does not replace the others. */
export const assuranceFacts = {
  assessmentReview: one(
    'assessment_review',
    {
      assessment: assessment(),
      /** e.g. `GOOD`, `NEEDS_IMPROVEMENT`, as the reviewer's scheme has it. */
      result: text().must,
      reviewerName: text(),
      reviewerRole: text(),
      reviewedOn: date(),
      comment: text(),
    },
    BY_ASSESSORS,
  ),
  assessmentChallenge: one(
    'assessment_challenge',
    {
      assessment: assessment(),
      /** Who challenges: the prisoner, or somebody for them. */
      madeBy: text(),
      /** The words of the assessment that are challenged. */
      statement: text(),
      reason: text(),
      /** e.g. `OPEN`, `ANSWERED`, `CLOSED`. */
      status: text().must,
      response: text(),
      respondedBy: text(),
      /** e.g. `UPHELD`, `PARTLY_UPHELD`, `NOT_UPHELD`. */
      outcome: text(),
      raisedOn: date(),
      respondedOn: date(),
      decidedOn: date(),
    },
    BY_ASSESSORS,
  ),
}
