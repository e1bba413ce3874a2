import { z } from 'zod'
import { mappaCategory, mappaLevel } from '../domain/mappa-codes'
import { Unreadable, type RegistrationFact } from '../updates/update'
import { moment, parse, stated, text, under, type Notes } from './reading'

/**
 * Reads the MAPPA block that all Delius services share: level, category, dates, team, officer, notes.
 * Level 0 and category 0 mean not yet known. Throws Unreadable for placeholders in place of numbers.
 * Category 3 at level 1 breaks the guidance but is on record, so it is kept and warned about
 * (existing-systems section 4).
 */
export function readRegistration(value: unknown, at: string, notes: Notes): RegistrationFact {
  const block = parse(registrationSchema, value, at)
  refusePlaceholder(block.level, under(at, 'level'))
  refusePlaceholder(block.category, under(at, 'category'))
  const level = mappaLevel(block.level)
  const category = mappaCategory(block.category)
  if (!level.known)
    notes.add('UNKNOWN_MAPPA_LEVEL', 'The MAPPA level is not one we know: kept as to be confirmed')
  if (!category.known)
    notes.add('UNKNOWN_MAPPA_CATEGORY', 'The MAPPA category is not one we know: kept as unknown')
  if (level.level === 1 && category.category === 3) {
    notes.add(
      'CATEGORY_3_AT_LEVEL_1',
      'Category 3 must be managed at level 2 or 3: kept as stated, please check',
    )
  }
  return stated<RegistrationFact>({
    category: category.category,
    level: level.level,
    levelStatus: level.levelStatus,
    rawLevel: block.levelDescription ?? rawOf(block.level),
    rawCategory: block.categoryDescription ?? rawOf(block.category),
    since: notes.date(block.startDate, under(at, 'startDate')),
    nextReviewOn: notes.date(block.reviewDate, under(at, 'reviewDate')),
    team: block.team?.code ?? block.team?.description,
    officerName: officerName(block.officer),
    organisation: block.probationArea?.code,
    notes: notes.prose(block.notes, under(at, 'notes')),
  })
}

const code = z.union([z.number(), z.string()]).nullish()
const named = z.object({ code: text, description: text }).nullish()
const officer = z.object({ code: text, forename: text, forenames: text, surname: text }).nullish()

const registrationSchema = z.object({
  level: code,
  levelDescription: text,
  category: code,
  categoryDescription: text,
  startDate: moment,
  reviewDate: moment,
  notes: text,
  team: named,
  officer,
  probationArea: named,
})

/** What API generators put where a number should be; never a level. */
const PLACEHOLDER = -2_147_483_648

function refusePlaceholder(value: number | string | null | undefined, path: string): void {
  if (Number(value ?? 0) !== PLACEHOLDER) return
  throw new Unreadable(`${path} is a placeholder (${PLACEHOLDER}) and not a value`, path)
}

function rawOf(value: number | string | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value)
}

function officerName(value: z.infer<typeof officer>): string | undefined {
  const name = [value?.forenames ?? value?.forename, value?.surname].filter(Boolean).join(' ')
  return name === '' ? undefined : name
}
