import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import { PROBATION_SYSTEM, type Draft } from './draft'
import { probationDetails } from './details'
import { limitationDraft, limitFlags } from './limited-access'
import { familyName } from './names'
import type { Profile } from './profile'
import { postIn, type Post, type Seat } from './staff'

/** What probation sent of somebody: for some an earlier officer first, then who has the case now. */
export function probationDrafts(profile: Profile, calendar: Calendar): Draft[] {
  const { post, firstSent } = profile
  if (post === undefined) return []
  const draws = drawsFor(profile.index, 'probation')
  const document = documentFor(profile, draws)
  const began = -Math.min(draws.int(-firstSent + 5, 700), profile.adultDays)
  const former = draws.chance(0.35) ? formerPost(profile, post, draws) : undefined
  const handover = former && draws.int(firstSent + 3, -1)
  const minutes = draws.int(430, 500)
  const first = { format: 'probation-search', sender: PROBATION_SYSTEM, day: firstSent, minutes } as const
  const documents: Draft[] = [
    { ...first, payload: document([manager(former ?? post, calendar.date(began))]) },
  ]
  if (former !== undefined && handover !== undefined) {
    const since = calendar.date(handover)
    const managers = [manager(post, since), manager(former, calendar.date(began), since)]
    documents.push({ ...first, payload: document(managers), day: handover, minutes: draws.int(540, 1100) })
  }
  return [...documents, ...limitationDraft(profile, calendar)]
}

/** Mostly a colleague in the team; before the NPS took a high-risk case often the CRC. */
function formerPost({ home, rosh, mappa }: Profile, post: Post, draws: Draws): Post {
  const isNps = post.provider === home.nps
  const wasEscalated = isNps && mappa === undefined && rosh >= 2 && draws.chance(0.4)
  const seat: Seat = post.staffCode.endsWith('A') ? 'B' : 'A'
  return postIn(
    home,
    isNps && !wasEscalated ? 'NPS' : 'CRC',
    draws.chance(0.15) && !post.unallocated ? 'U' : seat,
  )
}

function documentFor(profile: Profile, draws: Draws) {
  const { identifiers, name, index, custody, dateOfBirth } = profile
  const pnc = draws.chance(0.3) ? shortPnc(identifiers.pnc) : identifiers.pnc
  const aliases = draws.chance(0.1)
    ? [{ id: '1', firstName: name.given, surname: familyName(draws), dateOfBirth }]
    : []
  // Now and then the two services hold different birthdays: the product has to show both.
  const birth = draws.chance(0.015) && custody ? `${dateOfBirth.slice(0, 8)}28` : dateOfBirth
  return (managers: readonly Draft['payload'][]): Draft['payload'] => ({
    offenderId: 2_500_001 + index,
    softDeleted: false,
    title: name.title,
    firstName: name.given,
    middleNames: name.middle === undefined ? [] : [name.middle],
    surname: name.family,
    dateOfBirth: birth,
    gender: profile.sex,
    otherIds: {
      crn: identifiers.crn,
      pncNumber: pnc,
      croNumber: identifiers.cro,
      ...(custody ? { nomsNumber: identifiers.prisonNumber } : {}),
    },
    offenderAliases: aliases,
    ...limitFlags(profile),
    activeProbationManagedSentence: true,
    ...probationDetails(profile),
    // The register of those under MAPPA comes as a document of its own.
    ...(profile.mappa === undefined ? { mappa: null } : {}),
    offenderManagers: managers,
  })
}

function manager(post: Post, fromDate: string, toDate?: string): Draft['payload'] {
  return {
    active: toDate === undefined,
    softDeleted: false,
    fromDate,
    ...(toDate === undefined ? {} : { toDate }),
    staff: {
      code: post.staffCode,
      forenames: post.forenames,
      surname: post.surname,
      unallocated: post.unallocated,
    },
    team: { code: post.team, description: post.teamName },
    probationArea: { code: post.provider, description: post.providerName },
  }
}

/** Both forms are in use, and both have to find the same person. */
function shortPnc(pnc: string): string {
  return `${pnc.slice(2, 5)}${pnc.slice(5).replace(/^0+/, '')}`
}
