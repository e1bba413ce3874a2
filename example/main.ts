import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { CASE, INTRODUCTION } from './case'
import { pageOf } from './page'
import { run } from './run'

const HELP = `npm run example -- [--url URL]

Tells one case from reception to review, by what its users send to a gateway that runs here (http://127.0.0.1:PORT,
where the port is 4000 unless PORT says otherwise), and what they are answered. Each run is about a new person.
`

const CLI = join(__dirname, '..', '..', 'dist', 'cli.js')

const tokens = new Map<string, Promise<string>>()

/** A token as a user gets one: from the development issuer, by the command. One each is enough, for it is valid for an hour. */
function tokenOf(args: readonly string[]): Promise<string> {
  const token = tokens.get(args.join(' ')) ?? signed(args)
  tokens.set(args.join(' '), token)
  return token
}

async function signed(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'token', ...args])
  return stdout.trim()
}

async function main(): Promise<void> {
  const port = process.env['PORT'] ?? '4000'
  const { values } = parseArgs({
    options: { url: { type: 'string', default: `http://127.0.0.1:${port}` }, help: { type: 'boolean' } },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  // The address as the gateway says it is ready at, or without the path.
  const url = values.url.replace(/\/(graphql\/?)?$/, '')
  process.stdout.write(pageOf(INTRODUCTION, await run(CASE, { url, tokenOf })))
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
