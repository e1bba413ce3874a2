/**
 * A username in the form in which names are compared: letters that look or mean the same are the same,
 * capitals, blanks and invisible characters do not matter. Both the list's name and the caller's go through it.
 */
export function comparableName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Cf}\s]/gu, '')
    .toLowerCase()
}
