/** A section of OASys that states a need; without a number where no source confirms it (domain 3.1). */
export interface OasysSection {
  readonly section: string
  readonly name: string
  readonly number?: number
  /** How OASys begins the names of the section's fields, e.g. `accThreshold`. */
  readonly prefix: string
  /** Its score in the list of weighted scores, where it has one. */
  readonly weightedScore?: string
}

export const OASYS_SECTIONS: readonly OasysSection[] = [
  {
    section: 'ACCOMMODATION',
    name: 'Accommodation',
    number: 3,
    prefix: 'acc',
    weightedScore: 'accommodationWeightedScore',
  },
  {
    section: 'EDUCATION_TRAINING_AND_EMPLOYABILITY',
    name: 'Education, Training and Employability',
    number: 4,
    prefix: 'eTE',
    weightedScore: 'eteWeightedScore',
  },
  { section: 'FINANCE', name: 'Finance', prefix: 'finance' },
  {
    section: 'RELATIONSHIPS',
    name: 'Relationships',
    number: 6,
    prefix: 'rel',
    weightedScore: 'relationshipsWeightedScore',
  },
  {
    section: 'LIFESTYLE_AND_ASSOCIATES',
    name: 'Lifestyle and Associates',
    number: 7,
    prefix: 'lifestyle',
    weightedScore: 'lifestyleWeightedScore',
  },
  {
    section: 'DRUG_MISUSE',
    name: 'Drug Misuse',
    number: 8,
    prefix: 'drug',
    weightedScore: 'drugWeightedScore',
  },
  {
    section: 'ALCOHOL_MISUSE',
    name: 'Alcohol Misuse',
    number: 9,
    prefix: 'alcohol',
    weightedScore: 'alcoholWeightedScore',
  },
  { section: 'EMOTIONAL_WELLBEING', name: 'Emotional Well-being', prefix: 'emo' },
  {
    section: 'THINKING_AND_BEHAVIOUR',
    name: 'Thinking and Behaviour',
    number: 11,
    prefix: 'think',
    weightedScore: 'thinkingWeightedScore',
  },
  {
    section: 'ATTITUDE',
    name: 'Attitudes',
    number: 12,
    prefix: 'att',
    weightedScore: 'attitudesWeightedScore',
  },
]
