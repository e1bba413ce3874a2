#!/usr/bin/env node
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runAccessCommand } from './access-command'
import { ConfigFault, readConfig, type Config } from './config'
import { loadDemonstration } from './demonstration'
import { runDocumentsCommand } from './documents-command'
import { createGateway } from './gateway'
import { runImportCommand } from './import-command'
import { start, until } from './main'
import { openStore } from './open-store'
import { welcome } from './welcome'
import { runTokenCommand } from './token-command'

const COMMANDS: Readonly<Record<string, { says: string; run: (argv: string[]) => Promise<number> }>> = {
  serve: { says: 'start the gateway (and its embedded database, unless DATABASE_URL is set)', run: serve },
  token: {
    says: 'print a token of the development issuer',
    run: (argv) => runTokenCommand(argv, process.env),
  },
  import: {
    says: 'send supplier payloads through the public API',
    run: (argv) => runImportCommand(argv, process.env),
  },
  access: { says: 'tell who may see what, and what changed in it since a commit', run: runAccessCommand },
  documents: {
    says: 'tell what clients have registered, and check documents before they do',
    run: (argv) => Promise.resolve(runDocumentsCommand(argv, process.env)),
  },
  migrate: { says: 'bring the database to the newest migration, and stop', run: migrateOnly },
  seed: { says: 'load the demonstration population, and stop', run: seed },
  retry: { says: 'try again what is in quarantine, as after an upgrade, and stop', run: retry },
}

async function main(): Promise<number> {
  const [name = '--help', ...argv] = process.argv.slice(2)
  const command = COMMANDS[name]
  if (command) return command.run(argv)
  console.log(usage())
  if (name === '--help' || name === '-h' || name === 'help') return 0
  console.error(`\nThere is no command ${name}.`)
  return 1
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => `  ${name.padEnd(11)}${says}`)
  return ['usage: throughcare COMMAND [--help]', '', ...lines].join('\n')
}

const VARIABLES = `Variables: PORT (4000), HOST (127.0.0.1), DATA_DIR (.data), DATABASE_URL, MIGRATION_DATABASE_URL,
DEMO_OFFENDERS (2000), TRUSTED_ISSUERS, SOURCE_SILENCE, DOCUMENT_LIMITS, WEBHOOK_HOSTS,
WEBHOOK_SIGNING_KEY_FILE, NODE_ENV. README.md says what each does.`

/** Between two full collections; by V8's own measure it is the more the more memory the machine has. */
const HEAP_GROWING_PERCENT = 100

async function serve(argv: string[]): Promise<number> {
  if (
    helped(
      argv,
      `usage: throughcare serve\n\nStarts the gateway and serves until SIGTERM or Ctrl-C.\n\n${VARIABLES}`,
    )
  )
    return 0
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`)
  const config = readConfig(process.env)
  const stopAsked = stopSignal()
  const running = await orStopped(stopAsked, () => start(config, say, stopAsked))
  if (!running) return 0
  console.log(welcome(running.url, config))
  if (!stopAsked.aborted) await once(stopAsked, 'abort')
  say('stopping: finishing what is in flight')
  await running.stop()
  say('stopped')
  return 0
}

/** Told to stop from now on by SIGTERM or Ctrl-C; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
    controller.abort()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return controller.signal
}

/** What was told to stop before it was done has not failed. */
async function orStopped<T>(stopAsked: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!stopAsked.aborted) throw error
    say('stopped before all was loaded; the next start goes on')
    return undefined
  }
}

async function migrateOnly(argv: string[]): Promise<number> {
  if (helped(argv, `usage: throughcare migrate\n\nMigrates and stops.\n\n${VARIABLES}`)) return 0
  const store = await openStore(readConfig(process.env), say)
  await store.close()
  return 0
}

async function seed(argv: string[]): Promise<number> {
  const usage = `usage: throughcare seed [--offenders N]\n\nLoads the demonstration population into a record that has none.\n\n${VARIABLES}`
  const { values } = parseArgs({
    args: argv,
    options: { offenders: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const config: Config = readConfig({
    ...process.env,
    ...(values.offenders !== undefined && { DEMO_OFFENDERS: values.offenders }),
  })
  const stopAsked = stopSignal()
  const store = await openStore(config, say)
  try {
    const gateway = until(stopAsked, createGateway({ ...store, now: () => new Date() }))
    await orStopped(stopAsked, () => loadDemonstration(gateway, store.database, config.demoOffenders, say))
    return 0
  } finally {
    await store.close()
  }
}

async function retry(argv: string[]): Promise<number> {
  const usage = `usage: throughcare retry [--format F]\n\nTries again what is in quarantine, or one format of it, as it was sent.\n\n${VARIABLES}`
  const { values } = parseArgs({
    args: argv,
    options: { format: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const store = await openStore(readConfig(process.env), say)
  try {
    const gateway = createGateway({ ...store, now: () => new Date() })
    const { tried, settled } = await gateway.retryQuarantined(values.format)
    console.log(`${tried} tried again, ${settled} of them settled`)
    return 0
  } finally {
    await store.close()
  }
}

function helped(argv: string[], text: string): boolean {
  const { values } = parseArgs({ args: argv, options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help) console.log(text)
  return values.help === true
}

function say(line: string): void {
  console.error(line)
}

/** One clear line for what the user can mend; all faults of the configuration at once. */
function complain(error: unknown): void {
  if (error instanceof ConfigFault) {
    for (const fault of error.faults) console.error(fault)
    return
  }
  const { code, message, port } = error as { code?: string; message?: string; port?: number }
  if (code === 'EADDRINUSE')
    console.error(`port ${port ?? ''} is taken: set PORT to another, or 0 for a free one`)
  else console.error(message ?? String(error))
}

main().then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    complain(error)
    process.exitCode = 1
  },
)
