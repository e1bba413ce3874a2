import type { Draws } from './draws'

export type Sex = 'Male' | 'Female'

export interface DemoName {
  readonly title: string
  readonly given: string
  readonly middle?: string
  readonly family: string
}

/** Ordinary names put together by chance; family names of notorious people were kept out of the list. */
export function nameFor(draws: Draws, sex: Sex): DemoName {
  const given = sex === 'Male' ? MENS_NAMES : WOMENS_NAMES
  return {
    title: sex === 'Male' ? 'Mr' : draws.pick(['Ms', 'Mrs', 'Miss']),
    given: draws.pick(given),
    ...(draws.chance(0.4) ? { middle: draws.pick(given) } : {}),
    family: familyName(draws),
  }
}

export function familyName(draws: Draws): string {
  return draws.pick(FAMILY_NAMES)
}

/** The name of somebody who works on a case. */
export function staffName(draws: Draws): { readonly forenames: string; readonly surname: string } {
  const given = draws.chance(0.6) ? WOMENS_NAMES : MENS_NAMES
  return { forenames: draws.pick(given), surname: familyName(draws) }
}

const MENS_NAMES = words(`
  Aaron Adeel Alan Aled Andrew Anthony Ashley Bartosz Benjamin Callum Carl Chinedu Christopher Connor Craig
  Curtis Damian Daniel Darren Dean Delroy Dylan Emeka Ethan Gareth Gavin Graham Hamza Imran Jacob Jamie
  Jason Jermaine Joel Jordan Joshua Kamil Karl Keith Kevin Kieran Lee Leon Liam Luke Marlon Martin Nathan
  Neil Nigel Owen Patrick Rajesh Rhys Ricardo Ryan Sanjay Scott Sean Shaun Simon Tomasz Trevor Tyrone Wayne
  Yusuf Zachary`)

const WOMENS_NAMES = words(`
  Abigail Aisha Amanda Angela Bethan Bronwen Carly Chantelle Charlotte Danielle Deborah Donna Ewa Fatima
  Gemma Georgia Hannah Jade Joanne Kayleigh Kelly Lauren Leanne Magdalena Megan Michelle Natalie Ngozi
  Nicola Paula Priya Rachel Rebecca Samantha Shanice Stacey Tanya Tracey Zoe`)

const FAMILY_NAMES = words(`
  Abbott Adeyemi Ahmed Akhtar Atkins Banerjee Barlow Bassett Begley Birch Bowen Brennan Caddick Carr Chandler
  Clegg Cole Costello Cowley Dhillon Doyle Eastwood Ellery Fairclough Farrell Fenton Garside Gill Greenhalgh
  Griffiths Hartley Heaton Hobbs Hussain Iqbal Jarvis Kaminski Kemp Khan Kowalski Lacey Langley Lloyd Lowe
  Malik Marsden Mensah Morgan Norris Nowak Nwosu Oakley Okafor Parfitt Patel Pearce Pritchard Quigley
  Rahman Redfern Rees Rowley Sandhu Shah Sharples Stubbs Tandy Thornley Tierney Underhill Vaughan Walsh
  Whitaker Whitlock Wilde Yardley`)

function words(text: string): [string, ...string[]] {
  const [first = '', ...others] = text.trim().split(/\s+/)
  return [first, ...others]
}
