import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readConfig } from './config'
import type { RoleName } from './domain/caller'
import { sha256 } from './domain/digest'
import { signDevelopmentToken } from './http/development-issuer'
import type { Order } from './import/order'
import { Pace } from './import/pace'
import { ProgressFile, type ProgressOptions } from './import/progress-file'
import type { Round } from './import/rounds'
import { RecordIsOlder, sendAll } from './import/send-all'
import { Sender } from './import/sender'
import { isPipe, sourcesOf, type Source } from './import/sources'
import { StopSignals } from './import/stop-signals'
import { Tally, total } from './import/tally'
import { Terminal } from './import/terminal'
import { complaint, developmentDataDir, roleNamed } from './token-command'

type Env = Readonly<Record<string, string | undefined>>

/** `throughcare import`: sends supplier payloads through the public API and sums up what became of them. */
export async function runImportCommand(argv: readonly string[], env: Env): Promise<number> {
  const terminal = new Terminal()
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    if (values.help === true) {
      process.stdout.write(HELP)
      return 0
    }
    const order = orderOf(values, env)
    const sources = await sourcesOf(positionals)
    const of = identityOf(order, values, positionals)
    const say = (line: string) => terminal.say(line)
    const options = { of, restart: values.restart === true, say }
    const progress = await openProgress(values['progress-file'] ?? progressPath(of, env), sources, options)
    return await run({ order, sources, progress, terminal })
  } catch (error) {
    terminal.say(complaint(error))
    return 1
  }
}

const OPTIONS = {
  url: { type: 'string' },
  token: { type: 'string' },
  format: { type: 'string' },
  crn: { type: 'string' },
  'prison-number': { type: 'string' },
  'observed-at': { type: 'string' },
  role: { type: 'string' },
  agency: { type: 'string' },
  'progress-file': { type: 'string' },
  restart: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const HELP = `throughcare import [options] FILE... | DIR... | -

Sends supplier payloads through the public API; sending the same files again changes nothing.
.ndjson and .jsonl files hold one document a line, others one document or a JSON array; of a directory
every .json, .ndjson and .jsonl file is taken; - is standard input. Exits 1 if any was rejected or unsent.

Files of any size are read piece by piece. How far it is shows on standard error: on a terminal at any
time, else every 10 seconds. Ctrl-C or SIGTERM ends it after the batch in flight, with 130 or 143. Run
again with the same files, also after a crash, it goes on from there and sums up all runs; a file that
has changed is read from its start. Standard input cannot be resumed: it is simply sent. A server that is
busy or gone is waited for, for 10 minutes without a batch taken.

  --url URL             where Throughcare is (default: http://127.0.0.1:PORT, PORT from the environment or 4000)
  --token TOKEN         whom to send as (default: a system, by the development issuer of this DATA_DIR)
  --role ROLE           the role to send in (default: PRISON_SYSTEM or PROBATION_SYSTEM, by the document)
  --agency CODE         the sending system's organisation, without --token
  --format FORMAT       the documents' format (default: auto, recognised one by one)
  --crn CRN             whom documents that name nobody are about
  --prison-number NO    the same, by prison number
  --observed-at TIME    when the documents were taken from the supplier, e.g. 2026-01-31T09:30:00Z
  --progress-file PATH  where to note what was sent (default: a file of this import in DATA_DIR/imports)
  --restart             send everything again, whatever was sent before
`

interface Import {
  readonly order: Order
  readonly sources: readonly Source[]
  readonly progress: ProgressFile
  readonly terminal: Terminal
}

/** Gives the exit code. */
async function run(given: Import): Promise<number> {
  const { progress, terminal } = given
  const stop = new StopSignals()
  const { tally, error } = await sendFrom(given, stop.signal)
  stop.release()
  const isDone = error === undefined && !tally.hasFailed
  if (error === undefined || total(tally.outcomes) > 0) tally.printSummary()
  if (error !== undefined) terminal.say(stop.exitCode === undefined ? complaint(error) : 'Stopped.')
  if (isDone || total(progress.outcomes) === 0) await progress.remove()
  else {
    await progress.write()
    terminal.say('What was acknowledged is kept: run the same command again to go on from there.')
  }
  if (!isDone) return stop.exitCode ?? 1
  return tally.hasBad ? 1 : 0
}

/** Sends all; what it ended by is given together with how far it came. */
async function sendFrom(given: Import, stop: AbortSignal): Promise<{ tally: Tally; error?: unknown }> {
  const { order, sources, progress, terminal } = given
  const tally = new Tally((line) => terminal.print(line), progress.outcomes)
  const pace = new Pace(sources, total(tally.earlier))
  const sender = new Sender(order, stop, (line) => terminal.tell('waiting', line))
  const passed = (round: Round) => {
    pace.pass(round.items)
    terminal.tell('progress', pace.line())
  }
  try {
    await sendAll({ order, sources, progress, tally, sender, passed, stop })
    return { tally }
  } catch (error) {
    if (!(error instanceof RecordIsOlder) || sources.some(isPipe)) return { tally, error }
  } finally {
    if (total(tally.outcomes) > 0) terminal.end(pace.line())
  }
  terminal.say('The record has lost what it had acknowledged: everything is sent again.')
  await progress.forget()
  return sendFrom(given, stop)
}

async function openProgress(
  path: string,
  sources: readonly Source[],
  options: ProgressOptions,
): Promise<ProgressFile> {
  if (sources.some(isPipe))
    options.say('What comes from standard input or a pipe cannot be resumed: it is sent as it comes.')
  const progress = await ProgressFile.open(sources.every(isPipe) ? undefined : path, options)
  const earlier = total(progress.outcomes)
  if (earlier > 0)
    options.say(`Going on after ${earlier} documents that were answered before; --restart sends them again.`)
  return progress
}

type Values = Partial<Record<Exclude<keyof typeof OPTIONS, 'help' | 'restart'>, string>>

/** The same for the same sources, sent to the same place and saying the same. */
function identityOf(
  { url, format, said, role }: Order,
  { agency }: Values,
  paths: readonly string[],
): string {
  const identity = [url, format, said, role, agency, paths.map((path) => resolve(path))]
  return sha256(JSON.stringify(identity)).slice(0, 32)
}

/** Of the settings only this one matters to somebody who sends from another machine. */
function progressPath(identity: string, { DATA_DIR }: Env): string {
  return join(readConfig({ DATA_DIR }).dataDir, 'imports', `${identity}.json`)
}

function orderOf({ url, token, format = 'auto', agency, ...values }: Values, env: Env): Order {
  const { crn, 'prison-number': prisonNumber, 'observed-at': observedAt } = values
  if (crn !== undefined && prisonNumber !== undefined) throw new Error('--crn excludes --prison-number')
  if (observedAt !== undefined && !z.iso.datetime({ offset: true }).safeParse(observedAt).success) {
    throw new Error('--observed-at: expected an instant, e.g. 2026-01-31T09:30:00Z')
  }
  if (!/^[a-z-]+$/.test(format)) throw new Error('--format: expected the name of a supplier format, or auto')
  const person = crn !== undefined ? { crn } : prisonNumber !== undefined ? { prisonNumber } : undefined
  const role = values.role === undefined ? undefined : roleNamed(values.role)
  const dataDir = token === undefined ? developmentDataDir(env) : ''
  return {
    url: addressOf(url, env.PORT?.trim()),
    format,
    said: { ...(person && { person }), ...(observedAt !== undefined && { observedAt }) },
    role,
    async headers(sender: RoleName): Promise<Record<string, string>> {
      const client_id = sender.toLowerCase().replaceAll('_', '-')
      const claims = { roles: [sender], client_id, ...(agency !== undefined && { agency }) }
      const bearer = token ?? (await signDevelopmentToken(dataDir, claims, 3600))
      return { authorization: `Bearer ${bearer}`, ...(role && { 'acting-role': role }) }
    },
  }
}

function addressOf(given: string | undefined, port: string | undefined): string {
  const text = given ?? `http://127.0.0.1:${port || '4000'}`
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new Error('--url: expected an http(s) address')
  if (given === undefined && port === '0') throw new Error('PORT=0 does not say which port: give --url')
  return text.replace(/(\/graphql)?\/*$/, '')
}
