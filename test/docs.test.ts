import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROLE_NAMES } from '../src/domain/caller'
import { FORMATS } from '../src/suppliers'
import { ITEM_ERROR_CODES, WARNING_CODES } from '../src/updates/codes'

const ROOT = join(__dirname, '..')
const VARIABLES = namesIn(read('src/config.ts'), /^ {2}([A-Z][A-Z_]+): /gm)
const pages = ['README.md', 'CHANGELOG.md', ...markdownIn('docs'), ...markdownIn('docs/decisions')]

test.each(pages)('%s links to pages and headings that are there', (page) => {
  const broken = linksIn(page).filter((link) => !leadsSomewhere(page, link))
  expect(broken).toEqual([])
})

test('the README names every role and every variable', () => {
  const readme = read('README.md')
  expect(VARIABLES).toContain('DATA_DIR')
  expect([...ROLE_NAMES, ...VARIABLES].filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})

test('the compose file sets or passes on every variable', () => {
  const [, gateway = ''] = read('docker-compose.yml').split('\n  gateway:\n')
  const [environment = ''] = gateway.split('\n    ports:\n')
  const given = namesIn(environment, /^ {6}([A-Z_]+): /gm)
  // The image says where the data lie.
  expect(sorted([...given, 'DATA_DIR'])).toEqual(sorted(VARIABLES))
})

test('suppliers are told of every format', () => {
  expect(sorted(codesOfTable('docs/push.md', '## Formats'))).toEqual(sorted(FORMATS))
})

test('suppliers are told of every code that an item may carry, and of no other', () => {
  expect(sorted(codesOfTable('docs/push.md', '### Errors'))).toEqual(sorted(ITEM_ERROR_CODES))
  expect(sorted(codesOfTable('docs/push.md', '### Warnings'))).toEqual(sorted(WARNING_CODES))
  const source = sourceBeside('updates/codes.ts')
  const codes = [...ITEM_ERROR_CODES, ...WARNING_CODES]
  expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([])
})

test('decisions are numbered without gaps, dated, and short', () => {
  const decisions = markdownIn('docs/decisions')
  expect(decisions.map((page) => Number(/\/(\d{4})-/.exec(page)?.[1]))).toEqual(
    decisions.map((_, i) => i + 1),
  )
  const odd = decisions.filter((page) => !/^# \d+\. .*\n\n20\d\d-\d\d-\d\d\n/.test(read(page)))
  expect(odd).toEqual([])
  expect(decisions.filter((page) => read(page).trimEnd().split('\n').length > 25)).toEqual([])
})

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
    .sort()
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** The first cells of the table under a heading, out of their backquotes. */
function codesOfTable(page: string, heading: string): string[] {
  const [, after = ''] = read(page).split(`\n${heading}\n`)
  const [section = ''] = after.split(/\n##/)
  return namesIn(section, /^\| `([^`]+)` /gm)
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name)
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort()
}

/** All of src but one file, which only lists names. */
function sourceBeside(list: string): string {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== list)
    .map((file) => read(join('src', file)))
    .join('\n')
}

function linksIn(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true
  const [path = '', heading] = link.split('#')
  const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path))
  if (!existsSync(join(ROOT, target))) return false
  return heading === undefined || anchorsOf(target).includes(heading)
}

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  )
}
