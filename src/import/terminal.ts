import type { WriteStream } from 'node:tty'

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean | undefined }

const LIVE_MS = 100
const LOG_MS = 10_000

/** Results go to standard output; how it goes, to standard error: one line that lives, or one every ten seconds. */
export class Terminal {
  private readonly toldAt = { progress: Date.now(), waiting: 0 }
  private liveLine = ''

  constructor(
    private readonly out: Output = process.stdout,
    private readonly log: Output = process.stderr,
  ) {}

  /** A line of the result. */
  print(line: string): void {
    this.around(() => this.out.write(`${line}\n`))
  }

  /** A line that somebody should read. */
  say(line: string): void {
    this.around(() => this.log.write(`${line}\n`))
  }

  /** How it goes: only now and then, so that it may be told at each step. */
  tell(kind: 'progress' | 'waiting', line: string): void {
    const isLive = this.log.isTTY === true
    if (Date.now() - this.toldAt[kind] < (isLive ? LIVE_MS : LOG_MS)) return
    this.toldAt[kind] = Date.now()
    if (isLive) this.showLive(line)
    else this.say(line)
  }

  /** How it ended; whatever is written after this stands below it. */
  end(line: string): void {
    this.showLive('')
    this.say(line)
  }

  private around(write: () => void): void {
    const line = this.liveLine
    if (line !== '') this.showLive('')
    write()
    if (line !== '') this.showLive(line)
  }

  private showLive(line: string): void {
    if (this.liveLine !== '' || line !== '') this.log.write(`\r\u001b[K${line}`)
    this.liveLine = line
  }
}
