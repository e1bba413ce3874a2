import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROLE_NAMES } from '../src/domain/caller'
import { FORMATS } from '../src/suppliers'

const ROOT = join(__dirname, '..')
const pages = ['README.md', 'CHANGELOG.md', ...markdownIn('docs'), ...markdownIn('docs/decisions')]

test.each(pages)('%s links to pages and headings that are there', (page) => {
  const broken = linksIn(page).filter((link) => !leadsSomewhere(page, link))
  expect(broken).toEqual([])
})

test('the README names every role and every variable', () => {
  const readme = read('README.md')
  const variables = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name)
  expect(variables).toContain('DATA_DIR')
  expect([...ROLE_NAMES, ...variables].filter((name) => !readme.includes(`\`${name ?? ''}\``))).toEqual([])
})

test('suppliers are told of every format', () => {
  const page = read('docs/push.md')
  expect(FORMATS.filter((format) => !page.includes(`\`${format}\``))).toEqual([])
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
