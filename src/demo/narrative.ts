import type { Draft } from './draft'
import type { Draws } from './draws'
import type { Offending } from './places'
import type { Profile, RoshIndex } from './profile'

/** The five answers in an assessor's words; about nobody in particular, so that nobody is in them. */
export function narrativeOf({ offending }: Profile, rosh: RoshIndex, draws: Draws): Draft['payload'] {
  const { who, nature } = SUBJECTS[offending]
  const [first, ...others] = shuffled(INCREASE[offending], draws)
  const [protective, ...more] = shuffled(REDUCE, draws)
  return {
    whoAtRisk: draws.pick(who),
    natureOfRisk: draws.pick(nature),
    riskGreatest: draws.pick(WHEN[rosh]),
    factorsSituationsLikelyToOffend: [first, ...others.slice(0, draws.int(0, 2))].join(' '),
    factorsStrengthsAndProtective: [protective, ...more.slice(0, draws.int(0, 1))].join(' '),
  }
}

type Sentences = readonly [string, ...string[]]

const SUBJECTS: Readonly<
  Record<Offending, { readonly who: readonly [string, ...string[]]; readonly nature: Sentences }>
> = {
  SEXUAL: {
    who: [
      'Children under 16, mainly those reached through family or acquaintance.',
      'Children online, and those whose carers are befriended first.',
      'Adult women who are alone or under the influence of alcohol.',
      'A former partner, and the children of any future partner.',
    ],
    nature: [
      'Sexual abuse within a relationship of trust, prepared over some time.',
      'Sexual communication and the making or sharing of indecent images.',
      'Sexual assault with lasting psychological harm.',
      'Contact abuse after access was gained through a parent.',
    ],
  },
  VIOLENT: {
    who: [
      'Current and future partners, and children in the household.',
      'Men met in or near licensed premises.',
      'People known through the supply of drugs, and anybody who steps in.',
      'A named former partner and her new partner; police and staff when challenged.',
    ],
    nature: [
      'Serious injury by punching, kicking and the use of a weapon to hand.',
      'Controlling behaviour and threats that have ended in physical assault.',
      'Wounding with a knife that is carried for protection.',
      'Assault in a group, with serious psychological harm to witnesses.',
    ],
  },
  ACQUISITIVE: {
    who: [
      'Householders and shop staff who come upon an offence.',
      'Family members from whom money is demanded.',
      'The public, mainly through damage and distress; road users when driving while unfit.',
    ],
    nature: [
      'Fear and distress, and minor injury in making off.',
      'Verbal aggression; no serious harm has been recorded.',
      'Emotional and financial harm to relatives.',
    ],
  },
}

const WHEN: Readonly<Record<RoshIndex, Sentences>> = {
  0: [
    'There is no current sign that serious harm is likely.',
    'Low at present; to be looked at again if circumstances change.',
  ],
  1: [
    'Greatest when drinking has resumed and accommodation is at risk. Not imminent.',
    'In the first weeks after release. Not thought likely unless circumstances change.',
    'When a relationship breaks down.',
  ],
  2: [
    'Could happen at any time, most likely soon after release.',
    'When unsupervised contact is possible and monitoring has lapsed.',
    'When in a new relationship, in the first months above all.',
  ],
  3: [
    'Imminent on release, and more likely than not without close management.',
    'At once if conditions are not kept; contact has been tried from custody.',
  ],
}

const INCREASE: Readonly<Record<Offending, Sentences>> = {
  SEXUAL: [
    'Unsupervised access to children.',
    'Use of devices that are not monitored.',
    'Isolation and low mood.',
    'Denial of the sexual element of the offence.',
    'A relationship with a parent of young children.',
  ],
  VIOLENT: [
    'Alcohol and cocaine use.',
    'Jealousy and the end of a relationship.',
    'Carrying a weapon.',
    'Contact with former associates.',
    'Missed medication.',
  ],
  ACQUISITIVE: [
    'Relapse into the use of heroin or crack cocaine.',
    'Loss of accommodation.',
    'Debts and lack of money.',
    'Contact with associates who offend.',
  ],
}

const REDUCE: Sentences = [
  'Stable accommodation in approved premises.',
  'Compliance with licence conditions, supervision and curfew.',
  'Work on offending behaviour, completed or under way.',
  'Employment or training.',
  'Support from a parent or sibling who knows of the offences.',
  'Abstinence, confirmed by testing.',
]

function shuffled(sentences: Sentences, draws: Draws): string[] {
  return sentences
    .map((sentence) => ({ sentence, place: draws.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ sentence }) => sentence)
}
