/**
 * Work that need not wait for each other's answers, as statements of one transaction. All of it ends before this does,
 * also where some fails, so that none reaches the session after the transaction; throws what failed first.
 */
export async function together<T extends readonly unknown[]>(work: {
  readonly [K in keyof T]: Promise<T[K]>
}): Promise<T> {
  const all = Promise.all(work)
  await Promise.allSettled([all, ...work])
  return all as Promise<unknown> as Promise<T>
}
