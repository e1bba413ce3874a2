import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { START, type Place, type Position } from './items'
import { fingerprintOf, type Source } from './sources'
import { parseJson } from './texts'

const count = z.number().int().nonnegative()
const source = z.object({ fingerprint: z.string(), documents: count, offset: count, before: count })
const state = z.object({
  format: z.literal(1),
  /** Whose progress it is: what is sent, where and as what. */
  import: z.string(),
  /** The newest revision that was answered. */
  revision: count,
  /** Documents by outcome, of all runs. */
  outcomes: z.record(z.string(), count),
  /** How far each file is answered, by its path, and what tells that it is still the same. */
  files: z.record(z.string(), source),
})
type State = z.infer<typeof state>

const nothing = (of: string): State => ({ format: 1, import: of, revision: 0, outcomes: {}, files: {} })

export interface ProgressOptions {
  /** Names the import among all. */
  readonly of: string
  /** Whatever was acknowledged before counts no more. */
  readonly restart: boolean
  readonly say: (line: string) => void
}

/** With more files than this their list is too long to be written after each round. */
const FILES_PER_WRITE = 10_000

/**
 * What was acknowledged, in a file that is replaced as a whole, so that it holds one state or the next whenever
 * somebody is killed. It may be behind what was acknowledged, never ahead: what is sent twice does no harm.
 */
export class ProgressFile {
  private readonly fingerprints = new Map<Source, string>()
  private roundsUnwritten = 0
  private state: State

  private constructor(
    private readonly path: string | undefined,
    private readonly say: (line: string) => void,
    /** What the file said in the beginning. */
    private held: State,
  ) {
    this.state = structuredClone(held)
  }

  /** Without a path nothing is kept. Throws where it cannot be kept, before anything is sent. */
  static async open(path: string | undefined, options: ProgressOptions): Promise<ProgressFile> {
    const isNew = path === undefined || options.restart
    const held = isNew ? undefined : await stateIn(path, options)
    const file = new ProgressFile(path, options.say, held ?? nothing(options.of))
    await file.write()
    return file
  }

  get outcomes(): Readonly<Record<string, number>> {
    return this.state.outcomes
  }

  get revision(): number {
    return this.state.revision
  }

  /** Where to go on in a source: at its start, where it is not the file that was begun. */
  async positionIn(source: Source): Promise<Position> {
    if (source.size === undefined) return START
    const fingerprint = await fingerprintOf(source)
    this.fingerprints.set(source, fingerprint)
    const held = this.held.files[resolve(source.path)]
    if (held && held.fingerprint !== fingerprint)
      this.say(`${source.path} has changed since: it is read from its start`)
    return held?.fingerprint === fingerprint ? held : START
  }

  /** Notes that everything up to some places is answered, the last one of each source. */
  async acknowledge(
    places: readonly Place[],
    revision: number,
    outcomes: Readonly<Record<string, number>>,
  ): Promise<void> {
    for (const { source, after } of places) {
      const fingerprint = this.fingerprints.get(source)
      if (fingerprint !== undefined) this.state.files[resolve(source.path)] = { fingerprint, ...after }
    }
    this.state.revision = Math.max(revision, this.state.revision)
    this.state.outcomes = { ...outcomes }
    this.roundsUnwritten += 1
    if (this.roundsUnwritten > this.fingerprints.size / FILES_PER_WRITE) await this.write()
  }

  /** Nothing of what was acknowledged counts any more. */
  async forget(): Promise<void> {
    this.held = nothing(this.held.import)
    this.state = structuredClone(this.held)
    await this.write()
  }

  async write(): Promise<void> {
    if (this.path === undefined) return
    const draft = `${this.path}.${process.pid}`
    try {
      await mkdir(dirname(this.path), { recursive: true })
      await writeFile(draft, JSON.stringify(this.state))
      await rename(draft, this.path)
    } catch (cause) {
      throw cannotBeKept(this.path, cause)
    }
    this.roundsUnwritten = 0
  }

  /** All is sent: the next run begins anew. */
  async remove(): Promise<void> {
    if (this.path !== undefined) await rm(this.path, { force: true })
  }
}

/** What is spoilt says nothing: then all is sent again. */
async function stateIn(path: string, { of, say }: ProgressOptions): Promise<State | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cannotBeKept(path, cause)
  })
  if (text === undefined) return undefined
  const { data } = state.safeParse(parseJson(text))
  if (!data) say(`${path} holds no progress of an import: all is sent again`)
  if (data && data.import !== of)
    throw new Error(`${path} is of another import: name another --progress-file`)
  return data
}

function cannotBeKept(path: string, cause: unknown): Error {
  return new Error(`progress cannot be kept in ${path}: name another --progress-file`, { cause })
}
