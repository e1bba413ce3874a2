import { randomUUID } from 'node:crypto'
import { link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a file that only its owner reads, whole or not at all, and leaves one that is there as it is: of
 * processes that race, the first wins and all read what it wrote.
 */
export async function createOnce(path: string, text: string): Promise<void> {
  if (await isThere(path)) return
  const aside = `${path}.${randomUUID()}`
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(aside, text, { mode: 0o600, flag: 'wx' })
    await link(aside, path).catch(ignore('EEXIST', 'EPERM', 'ENOTSUP', 'ENOSYS'))
    // Some mounted file systems know no links.
    if (!(await isThere(path))) await rename(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(ignore('ENOENT'))) !== undefined
}

/** Takes an error with one of these codes for no answer. */
export function ignore(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code)))
      return
    throw error
  }
}
