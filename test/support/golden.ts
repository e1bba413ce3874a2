import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(__dirname, '..', '..')

/** Compares with a golden file; `npm run golden` rewrites it instead, for a person to read the difference. */
export function expectGolden(file: string, text: string): void {
  const path = join(root, 'test', file)
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return
  }
  if (!existsSync(path))
    throw new Error(`${relative(root, path)} is missing: run npm run golden, and read it`)
  expect(text).toBe(readFileSync(path, 'utf8'))
}
