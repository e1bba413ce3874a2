import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import ts from 'typescript'

/**
 * What each folder, or module with a line of its own, may import besides its own folder. `type x`: types
 * only; `not x`: the line's exception; `*`: everything. What has no line here may not exist.
 */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  catalogue: ['domain'],
  access: ['domain', 'catalogue'],
  query: ['domain', 'catalogue', 'access'],
  journal: ['domain'],
  disclosure: ['domain', 'catalogue', 'access', 'query', 'journal'],
  // The words of a push: its types and codes, and the fault `Unreadable` that a reader of payloads throws.
  'updates/update': ['domain', 'updates/facts', 'type updates/codes'],
  suppliers: ['domain', 'updates/update', 'updates/facts'],
  // Who is one person: worked out from what records say, in the transaction that an update runs in.
  identity: ['domain', 'type updates/store'],
  // Who is told of what: worked out from rules and records, in the transaction of what they are told of.
  notices: ['domain', 'type updates/store'],
  updates: ['domain', 'identity', 'journal', 'notices'],
  // What a person commands: at one revision, done once, journalled; its case is found as a question finds it.
  commands: ['domain', 'access', 'query', 'journal', 'type updates'],
  mappa: ['domain', 'catalogue', 'access', 'query', 'journal', 'updates', 'commands', 'notices'],
  meetings: ['domain', 'access', 'query', 'commands'],
  // Whom stewards join is held by one prison: it is told of what was decided.
  stewardship: ['domain', 'access', 'identity', 'query', 'updates', 'commands', 'notices'],
  oversight: ['domain', 'catalogue', 'access', 'query', 'journal', 'updates', 'commands'],
  // Emergencies and their review, requests for access, and why somebody sees a field or does not.
  'data-protection': ['domain', 'catalogue', 'access', 'query', 'commands'],
  // Commands that make a case somebody's to see where no supplier states it.
  referrals: ['domain', 'access', 'query', 'commands'],
  // The key of a webhook lies in a file.
  outbound: ['domain', 'catalogue', 'query', 'journal', 'updates', 'commands', 'store/create-once'],
  store: [
    'domain',
    'catalogue',
    'journal',
    'type access',
    'type query',
    'type disclosure',
    'type updates',
    'type mappa',
    'type oversight',
  ],
  // Documents that clients registered: read from files, and tried out as an answer would plan and compile them.
  documents: ['domain', 'catalogue', 'access', 'query', 'type config', 'type config-documents'],
  demo: ['domain', 'updates', 'suppliers'],
  // A client of the public API: of the gateway it knows only how suppliers' payloads are told apart.
  import: ['domain', 'suppliers'],
  config: ['domain', 'config-ceilings', 'config-documents', 'config-silence', 'config-webhooks'],
  'config-ceilings': ['domain'],
  'config-documents': ['domain'],
  http: [
    'domain',
    'catalogue',
    'access',
    'query',
    'journal',
    'disclosure',
    'documents',
    'suppliers',
    'updates',
    'mappa',
    'outbound',
    'oversight',
    'store',
    'not store/embedded',
    // What an issuer's rules look like is part of the configuration.
    'config',
  ],
  // The modules beside the folders wire them together.
  '.': ['*'],
}

/** Who may import a package; one that is not named here has no owner, so nobody may. */
const PACKAGE_IMPORTERS: Record<string, string[]> = {
  pg: ['store'],
  jose: ['http/authenticate', 'http/development-issuer'],
  express: ['http', 'app'],
  'lru-cache': ['disclosure', 'http/known-documents', 'store'],
  '@apollo/server': ['http', 'app'],
  'prom-client': ['http', 'app'],
  graphql: ['catalogue', 'documents', 'http', 'app', 'type disclosure', 'type query'],
  // Every edge where something unknown comes in; the import command reads the gateway's answers.
  zod: [
    'config',
    'config-ceilings',
    'config-documents',
    'config-silence',
    'config-webhooks',
    'documents/read-documents',
    'http',
    'suppliers',
    'updates',
    'store/embedded',
    'import',
    'import-command',
  ],
}

const PURE = ['domain', 'catalogue', 'access', 'query', 'suppliers']
const READS_ENVIRONMENT = ['cli', 'main']
const FILE_LINES_MAX = 300
const FUNCTION_LINES_MAX = 60

const tree = readTree(path.join(__dirname, '..', 'src'))

test('the rules look at the whole of src', () => {
  expect(tree.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['access/roles/index', 'config', 'domain/caller', 'store/database']),
  )
})

test('every module has a line that says what it may import', () => {
  expect(strangers(tree)).toEqual([])
  expect(strangers([source('helpers/text', '')])).toEqual(['helpers/text'])
})

test('imports go one way, those of types included', () => {
  expect(misdirected(tree)).toEqual([])
  const wrong = [
    source('domain/dates', `import type { App } from '../app'`),
    source('access/roles/index', `import { answer } from '../../disclosure/answer'`),
    source('suppliers/index', `export { order } from '../updates/order'`),
    source('store/database', `import { compile } from '../query/compile'`),
    source('http/pages', `import { startEmbedded } from '../store/embedded'`),
    source('http/ingest', `const app = await import('../app')`),
    source('query/scope', `let plan: import('../http/context').Context`),
  ]
  expect(misdirected(wrong)).toHaveLength(wrong.length)
  const right = [
    source('store/database', `import type { Statement } from '../query/compile'`),
    source('store/database', `import { type Statement } from '../query/compile'`),
    source('suppliers/subject', `import { Unreadable } from '../updates/update'`),
    source('app', `import { startEmbedded } from './store/embedded'`),
  ]
  expect(misdirected(right)).toEqual([])
})

test('relative imports name files that are there', () => {
  expect(dangling(tree)).toEqual([])
  expect(dangling([source('domain/dates', `import { gone } from './gone'`)])).toEqual([
    'domain/dates imports domain/gone',
  ])
})

test('no module reaches itself through imports at run time', () => {
  expect(cycles(tree)).toEqual([])
  const first = source('query/a', `import { b } from './b'`)
  const second = source('query/b', `export { c } from './c'`)
  expect(cycles([first, second, source('query/c', `import { a } from './a'`)])).toEqual([
    'query/a → query/b → query/c → query/a',
  ])
  expect(cycles([first, second, source('query/c', `import { type A } from './a'`)])).toEqual([])
})

test('every package is imported by its owners only', () => {
  expect(foreignPackages(tree)).toEqual([])
  const wrong = [
    source('journal/appender', `import { Pool } from 'pg'`),
    source('http/context', `import { jwtVerify } from 'jose'`),
    source('disclosure/answer', `import { graphql } from 'graphql'`),
    source('updates/apply', `import { ApolloServer } from '@apollo/server/standalone'`),
    source('store/database', `import { z } from 'zod'`),
    source('http/pages', `import pad from 'left-pad'`),
    source('domain/dates', `const { Pool } = require('pg')`),
  ]
  expect(foreignPackages(wrong)).toHaveLength(wrong.length)
  expect(foreignPackages([source('disclosure/answer', `import type { Node } from 'graphql'`)])).toEqual([])
})

test('only the command line and main read the environment', () => {
  expect(environmentReaders(tree)).toEqual([])
  const wrong = [
    source('http/pages', `const port = process.env['PORT']`),
    source('http/pages', `const { env } = process`),
    source('http/pages', `import { env } from 'node:process'`),
  ]
  expect(environmentReaders(wrong)).toHaveLength(wrong.length)
  expect(environmentReaders([source('main', `const { PORT } = process.env`)])).toEqual([])
})

test('the pure folders have no clock, no chance and no input or output', () => {
  expect(impurities(tree)).toEqual([])
  const wrong = [
    source('domain/dates', `const now = Date.now()`),
    source('access/role', `const now = new Date()`),
    source('access/role', `const now = Date()`),
    source('query/scope', `const key = Math.random()`),
    source('query/scope', `import { readFileSync } from 'node:fs'`),
    source('suppliers/reading', `import { randomUUID } from 'node:crypto'`),
    source('catalogue/select', `setTimeout(() => undefined, 5)`),
    source('catalogue/select', `const answer = await fetch('http://localhost')`),
  ]
  expect(impurities(wrong)).toHaveLength(wrong.length)
  const right = [
    source('domain/digest', `import { hash } from 'node:crypto'`),
    source('domain/dates', `const day = new Date(text)`),
    source('store/embedded', `const now = Date.now()`),
  ]
  expect(impurities(right)).toEqual([])
})

test('everything is exported by name', () => {
  expect(defaultExports(tree)).toEqual([])
  const wrong = [
    source('domain/a', `export default 1`),
    source('domain/b', `export default function f() {}`),
    source('domain/c', `const a = 1; export { a as default }`),
    source('domain/d', `export = 1`),
  ]
  expect(defaultExports(wrong)).toHaveLength(wrong.length)
})

test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
  expect(longFiles(tree)).toEqual([])
  expect(longFiles([source('domain/a', 'let a\n'.repeat(FILE_LINES_MAX))])).toEqual([])
  expect(longFiles([source('domain/a', 'let a\n'.repeat(FILE_LINES_MAX + 1))])).toEqual([
    `domain/a has ${FILE_LINES_MAX + 1} lines`,
  ])
})

test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
  expect(longFunctions(tree)).toEqual([])
  const body = (lines: number) => `{\n${'  f()\n'.repeat(lines - 2)}}`
  expect(longFunctions([source('domain/a', `function f() ${body(FUNCTION_LINES_MAX)}`)])).toEqual([])
  const wrong = [
    source('domain/a', `/** Not counted. */\nfunction f() ${body(FUNCTION_LINES_MAX + 1)}`),
    source('domain/b', `const f = () => ${body(FUNCTION_LINES_MAX + 1)}`),
    source('domain/c', `class C {\nf() ${body(FUNCTION_LINES_MAX + 1)}\n}`),
  ]
  expect(longFunctions(wrong)).toHaveLength(wrong.length)
})

interface Source {
  /** The path under src, without its ending. */
  readonly name: string
  readonly file: ts.SourceFile
  readonly imports: readonly Import[]
}

interface Import {
  readonly from: string
  /** The module under src that a relative import names; undefined for a package. */
  readonly module: string | undefined
  readonly names: readonly string[]
  readonly typeOnly: boolean
}

function readTree(root: string): Source[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const modules = new Set(files.map((file) => file.slice(0, -3)))
  return files
    .sort()
    .map((file) => source(file.slice(0, -3), readFileSync(path.join(root, file), 'utf8'), modules))
}

function source(name: string, text: string, modules = new Set<string>()): Source {
  const file = ts.createSourceFile(`${name}.ts`, text, ts.ScriptTarget.ES2022, true)
  const imports = nodesOf(file).flatMap((node) => importOf(node, name, modules))
  return { name, file, imports }
}

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [node]
  ts.forEachChild(node, (child) => {
    for (const each of nodesOf(child)) nodes.push(each)
  })
  return nodes
}

function importOf(node: ts.Node, importer: string, modules: Set<string>): Import[] {
  const made = (specifier: ts.Node | undefined, typeOnly: boolean, names: string[] = []): Import[] => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return []
    return [{ from: specifier.text, module: resolved(importer, specifier.text, modules), names, typeOnly }]
  }
  if (ts.isImportDeclaration(node)) {
    const { importClause: clause } = node
    const bindings = clause?.namedBindings
    const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : []
    const whole = bindings !== undefined && ts.isNamespaceImport(bindings) ? ['*'] : []
    const others = [...(clause?.name === undefined ? [] : ['default']), ...whole]
    const typeOnly =
      clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
      (others.length === 0 && named.length > 0 && named.every((element) => element.isTypeOnly))
    return made(node.moduleSpecifier, typeOnly, [
      ...others,
      ...named.map((each) => (each.propertyName ?? each.name).text),
    ])
  }
  if (ts.isExportDeclaration(node)) {
    const { exportClause: clause } = node
    const named = clause !== undefined && ts.isNamedExports(clause) ? clause.elements : []
    const typeOnly = node.isTypeOnly || (named.length > 0 && named.every((element) => element.isTypeOnly))
    return made(node.moduleSpecifier, typeOnly)
  }
  if (ts.isExternalModuleReference(node)) return made(node.expression, false)
  if (ts.isImportTypeNode(node))
    return made(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
  if (ts.isCallExpression(node) && isLoader(node.expression)) return made(node.arguments[0], false)
  return []
}

function isLoader(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
}

function resolved(importer: string, from: string, modules: Set<string>): string | undefined {
  if (!from.startsWith('.')) return undefined
  const target = path.posix.join(path.posix.dirname(importer), from)
  return modules.has(`${target}/index`) ? `${target}/index` : target
}

/** `store/embedded` stands for the modules whose names begin so, `store` for its folder or its module. */
function isWithin(module: string, place: string): boolean {
  if (module === place || module.startsWith(`${place}/`)) return true
  return place.includes('/') && module.startsWith(`${place}-`)
}

function folderOf(module: string): string {
  return module.includes('/') ? (module.split('/')[0] ?? module) : '.'
}

function strangers(sources: Source[]): string[] {
  return sources.map(({ name }) => name).filter((name) => !Object.hasOwn(MAY_IMPORT, folderOf(name)))
}

function misdirected(sources: Source[]): string[] {
  return sources.flatMap(({ name, imports }) => {
    const own = MAY_IMPORT[name]
    const allowed = own ?? [folderOf(name), ...(MAY_IMPORT[folderOf(name)] ?? [])]
    return imports.flatMap(({ module, typeOnly }) => {
      if (module === undefined || mayUse(allowed, module, typeOnly)) return []
      return [`${name} imports ${typeOnly ? 'types of ' : ''}${module}`]
    })
  })
}

function mayUse(allowed: readonly string[], module: string, typeOnly: boolean): boolean {
  const within = (kind: string) =>
    allowed.some((place) => place.startsWith(kind) && isWithin(module, place.slice(kind.length)))
  if (allowed.includes('*')) return true
  if (within('not ')) return false
  return within('') || (typeOnly && within('type '))
}

function dangling(sources: Source[]): string[] {
  const names = new Set(sources.map(({ name }) => name))
  return sources.flatMap(({ name, imports }) =>
    imports.flatMap(({ module }) =>
      module === undefined || names.has(module) ? [] : [`${name} imports ${module}`],
    ),
  )
}

function cycles(sources: Source[]): string[] {
  const edges = new Map(
    sources.map(({ name, imports }) => [
      name,
      imports.flatMap((each) => (each.typeOnly ? [] : (each.module ?? []))),
    ]),
  )
  const found: string[] = []
  const done = new Set<string>()
  const visit = (name: string, trail: string[]) => {
    const start = trail.indexOf(name)
    if (start >= 0) found.push([...trail.slice(start), name].join(' → '))
    if (start >= 0 || done.has(name)) return
    for (const next of edges.get(name) ?? []) visit(next, [...trail, name])
    done.add(name)
  }
  for (const { name } of sources) visit(name, [])
  return found
}

function foreignPackages(sources: Source[]): string[] {
  return sources.flatMap(({ name, imports }) =>
    imports.flatMap(({ from, module, typeOnly }) => {
      if (module !== undefined || isBuiltin(from)) return []
      const owned = from.split('/', from.startsWith('@') ? 2 : 1).join('/')
      return mayUse(PACKAGE_IMPORTERS[owned] ?? [], name, typeOnly) ? [] : [`${name} imports ${from}`]
    }),
  )
}

function environmentReaders(sources: Source[]): string[] {
  return offences(sources, (node, { name }) => {
    if (READS_ENVIRONMENT.includes(name)) return false
    if (ts.isPropertyAccessExpression(node))
      return isNamed(node.expression, 'process') && node.name.text === 'env'
    if (ts.isElementAccessExpression(node)) return isNamed(node.expression, 'process')
    if (ts.isImportDeclaration(node)) return /^['"](node:)?process['"]$/.test(node.moduleSpecifier.getText())
    return (
      ts.isVariableDeclaration(node) &&
      ts.isObjectBindingPattern(node.name) &&
      isNamed(node.initializer, 'process')
    )
  })
}

const IMPURE_GLOBALS =
  /^(setTimeout|setInterval|setImmediate|queueMicrotask|fetch|process|performance|console|crypto)$/

function impurities(sources: Source[]): string[] {
  const pure = sources.filter(({ name }) => PURE.includes(folderOf(name)))
  const imported = pure.flatMap(({ name, imports }) =>
    imports.flatMap(({ from, names, typeOnly }) => {
      const hashing = from === 'node:crypto' && names.join() === 'hash'
      return isBuiltin(from) && !typeOnly && !hashing ? [`${name} imports ${from}`] : []
    }),
  )
  const used = offences(pure, (node) => {
    if (ts.isNewExpression(node))
      return isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0
    if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return true
    if (ts.isPropertyAccessExpression(node) && /^(Date\.now|Math\.random)$/.test(node.getText())) return true
    return ts.isIdentifier(node) && IMPURE_GLOBALS.test(node.text) && isUsedAsGlobal(node)
  })
  return [...imported, ...used]
}

function isUsedAsGlobal({ parent }: ts.Identifier): boolean {
  return ts.isCallExpression(parent) || ts.isPropertyAccessExpression(parent)
    ? parent.expression.kind === ts.SyntaxKind.Identifier
    : false
}

function defaultExports(sources: Source[]): string[] {
  return offences(sources, (node) => {
    if (ts.isExportAssignment(node)) return true
    if (ts.isExportSpecifier(node)) return node.name.text === 'default'
    return node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)
  })
}

function longFiles(sources: Source[]): string[] {
  return sources.flatMap(({ name, file }) => {
    const lines = file.text.replace(/\n$/, '').split('\n').length
    return lines > FILE_LINES_MAX ? [`${name} has ${lines} lines`] : []
  })
}

function longFunctions(sources: Source[]): string[] {
  return offences(sources, (node, { file }) => {
    if (!ts.isFunctionLike(node)) return false
    const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line
    return lineOf(node.end) - lineOf(node.getStart(file)) + 1 > FUNCTION_LINES_MAX
  })
}

function offences(sources: Source[], isWrong: (node: ts.Node, source: Source) => boolean): string[] {
  return sources.flatMap((each) =>
    nodesOf(each.file)
      .filter((node) => isWrong(node, each))
      .map((node) => {
        const { line } = each.file.getLineAndCharacterOfPosition(node.getStart(each.file))
        return `${each.name}:${line + 1} ${(node.getText(each.file).split('\n')[0] ?? '').slice(0, 80)}`
      }),
  )
}

function isNamed(node: ts.Node | undefined, name: string): boolean {
  return node !== undefined && ts.isIdentifier(node) && node.text === name
}
