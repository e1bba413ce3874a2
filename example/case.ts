import { DECISION } from './chapters/decision'
import { MEETING } from './chapters/meeting'
import { RECEPTION } from './chapters/reception'
import { REFERRAL } from './chapters/referral'
import { RELEASE, TRANSFER } from './chapters/release'
import { JOURNAL, REVIEW } from './chapters/review'
import type { Chapter } from './story'

export const CASE: readonly Chapter[] = [
  RECEPTION,
  REFERRAL,
  MEETING,
  DECISION,
  TRANSFER,
  RELEASE,
  REVIEW,
  JOURNAL,
]

export const INTRODUCTION = `# A case from reception to review

One man's way through MAPPA: received into prison, referred, discussed at a level 2 meeting, moved, released, reviewed and brought down to level 1, with every request and every answer. All of it is test text about a person who does not exist.

It goes through the public API alone. To see it happen, leave \`npm start\` running and run

\`\`\`sh
npm run --silent example
\`\`\`

(\`-- --url http://…\` for a gateway elsewhere). Each run is about somebody new. What takes a year in life takes a minute here: meetings, decisions, the move and the release fall on one day. The tokens are those of the development issuer, as \`throughcare token\` makes them.

Names in ‹› stand for what differs from run to run: ‹crn› and ‹prison number› are the person's, ‹today+56› is a day, ‹meeting› what an earlier answer gave, and ‹id›, ‹time› and ‹date› whatever has no name. Of the answers the number of the journal's entry, the revision and the place in the batch are left out. The page is written from [example/](../example/case.ts) by \`npm run golden\`, and a test runs it against a gateway and compares every line.`
