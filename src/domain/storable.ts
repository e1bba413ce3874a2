/** PostgreSQL holds neither NUL nor half a surrogate pair (text cut in the middle of an emoji). */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\ufffd')
}
