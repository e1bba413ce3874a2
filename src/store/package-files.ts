import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(__dirname, '..', '..')

/** The SDL under schema/, all files as one text. */
export function readSchemaFiles(): string {
  return filesOf('schema', '.graphql')
    .map(({ text }) => text)
    .join('\n')
}

/** The numbered SQL files under migrations/, in order. */
export function readMigrationFiles(): { name: string; text: string }[] {
  return filesOf('migrations', '.sql')
}

/** The absolute path of what comes with the package. */
export function packagePath(relative: string): string {
  return path.join(root, relative)
}

export function packageVersion(): string {
  const parsed = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  return parsed.version
}

function filesOf(folder: string, ending: string): { name: string; text: string }[] {
  const directory = path.join(root, folder)
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(directory, name), 'utf8') }))
}
