import { hash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import { dirname, join, normalize, relative, resolve } from 'node:path'

export interface Source {
  /** What the terminal shows; `-` is standard input. */
  readonly path: string
  /** The same from whichever directory the command is run: part of each document's message id. */
  readonly name: string
  /** Bytes; undefined where it cannot be known, as in a pipe: that cannot be read again either. */
  readonly size: number | undefined
  /** Bytes of the sources before it. */
  readonly startsAt: number
}

/** What cannot be read a second time. */
export function isPipe({ size }: Source): boolean {
  return size === undefined
}

/** The files that are named, and those of the directories that are named. Throws where there is none. */
export async function sourcesOf(paths: readonly string[]): Promise<Source[]> {
  if (paths.length === 0) throw new Error('Name a file, a directory or -; see --help')
  const names = new Map<string, string>()
  const sources: Source[] = []
  let startsAt = 0
  for (const given of paths) {
    for (const { path, size } of await filesAt(given)) {
      const short = relative(dirname(resolve(given)), resolve(path))
      const owner = names.get(short) ?? resolve(path)
      names.set(short, owner)
      // Equal documents in two files are two messages, so files of one name must not share it.
      const name = (owner === resolve(path) ? short : normalize(path)).replaceAll('\\', '/')
      sources.push({ path, name, size, startsAt })
      startsAt += size ?? 0
    }
  }
  return sources
}

interface File {
  readonly path: string
  readonly size: number | undefined
}

async function filesAt(path: string): Promise<File[]> {
  if (path === '-') return [{ path, size: undefined }]
  if (!(await stat(path)).isDirectory()) return [await fileAt(path)]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory() && /\.(json|ndjson|jsonl)$/i.test(entry.name))
  const sorted = files
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((one, two) => (one < two ? -1 : 1))
  const found: File[] = []
  for (const each of sorted) found.push(await fileAt(each))
  return found
}

async function fileAt(path: string): Promise<File> {
  const status = await stat(path)
  return { path, size: status.isFile() ? status.size : undefined }
}

const HEAD_BYTES = 65_536

/** Tells whether a file is still the one it was, by its size, its time and how it begins. */
export async function fingerprintOf({ path }: Source): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return `${size} ${mtimeMs} ${hash('sha256', await headOf(path), 'hex')}`
}

/** The first bytes of a file. */
export async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
