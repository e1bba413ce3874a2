import { execFile } from 'node:child_process'
import { promisify, parseArgs } from 'node:util'
import { accessMatrix } from './access/matrix'
import { policyDifference } from './access/policy-difference'
import { policyTable, readCsv, writeCsv, type PolicyTable } from './access/policy-table'
import { readSchema } from './catalogue/read-schema'
import { readSchemaFiles } from './store/package-files'

const HELP = `throughcare access matrix [--csv]     who may see what, as text or as a table
throughcare access diff REV [--to REV]  what changed in it since a commit, in words

REV is anything that git knows in this clone: a commit, a tag, HEAD~3. Without --to it is compared with the code
that runs. The table of a commit is the one that was reviewed with it: test/golden/access-matrix.csv.
`

/** `throughcare access`: the policy, and how it changed. */
export async function runAccessCommand(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: { csv: { type: 'boolean' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    const [what, revision, ...more] = positionals
    if (values.help === true) {
      process.stdout.write(HELP)
      return 0
    }
    if (what === 'matrix' && revision === undefined) {
      const catalogue = readSchema(readSchemaFiles())
      process.stdout.write(values.csv === true ? writeCsv(policyTable(catalogue)) : accessMatrix(catalogue))
      return 0
    }
    if (what === 'diff' && revision !== undefined && more.length === 0) {
      await tellDifference(revision, values.to)
      return 0
    }
    process.stderr.write(`Say what is asked for.\n\n${HELP}`)
    return 1
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function tellDifference(from: string, to: string | undefined): Promise<void> {
  const before = await policyOf(from)
  const after = to === undefined ? policyTable(readSchema(readSchemaFiles())) : await policyOf(to)
  const sentences = policyDifference(before, after)
  const until = to ?? 'the code that runs'
  process.stdout.write(
    sentences.length === 0
      ? `Nobody sees more or less between ${from} and ${until}.\n`
      : `${sentences.join('\n')}\n`,
  )
}

const TABLE = 'test/golden/access-matrix.csv'
const TABLE_MAX_BYTES = 64 * 1024 * 1024

async function policyOf(revision: string): Promise<PolicyTable> {
  const git = promisify(execFile)
  try {
    const { stdout } = await git('git', ['show', '--end-of-options', `${revision}:./${TABLE}`], {
      cwd: process.cwd(),
      maxBuffer: TABLE_MAX_BYTES,
    })
    return readCsv(stdout)
  } catch {
    throw new Error(`${revision} is no commit of this clone that holds ${TABLE}.`)
  }
}
