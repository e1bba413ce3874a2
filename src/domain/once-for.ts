/** Works something out once for each object that it follows from, and for as long as that is there. */
export function onceFor<Source extends object, Result>(
  work: (source: Source) => Result,
): (source: Source) => Result {
  const known = new WeakMap<Source, { readonly result: Result }>()
  return (source) => {
    const found = known.get(source) ?? { result: work(source) }
    known.set(source, found)
    return found.result
  }
}
