import type { Told } from './run'
import type { Asker } from './story'

const WIDTH = 120

type Fields = Readonly<Record<string, unknown>>

/** The page: the story with every request and every answer. */
export function pageOf(introduction: string, told: readonly Told[]): string {
  const parts = told.flatMap((each, i) => {
    const isNew = each.chapter !== told[i - 1]?.chapter
    const isAgain = told
      .slice(0, i)
      .some(({ step }) => step.asks !== undefined && step.asks === each.step.asks)
    return [...(isNew ? [`## ${each.chapter}`] : []), ...stepOf(each, isAgain)]
  })
  return [introduction, AS_IT_IS, ...parts, TO_HERE].join('\n\n') + '\n'
}

/** Requests and answers are laid out here, and no formatter is to lay them out otherwise. */
const AS_IT_IS = '<!-- prettier-ignore-start -->'
const TO_HERE = '<!-- prettier-ignore-end -->'

/** A request that the page has shown before is not shown again. */
function stepOf({ step: { says, by, asks, pushes }, answer }: Told, isAgain: boolean): string[] {
  const told = fenced('json', layOut(answer))
  if (isAgain) return [says, `${whoIs(by)} sends the same as above:`, told]
  const request =
    pushes === undefined
      ? fenced('graphql', (asks ?? '').trim())
      : `\`POST /ingest/${pushes.format}\`\n\n${fenced('json', layOut(pushes.document))}`
  return [says, `${whoIs(by)}:`, request, told]
}

function whoIs({ is, token, purpose }: Asker): string {
  const [, role = ''] = token
  return `**${is}** (\`${role}\`${purpose === undefined ? '' : ` for \`${purpose}\``})`
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

/** JSON in as few lines as are easily read: what fits into one stands in one, and an only member beside its holder. */
function layOut(value: unknown, indent = ''): string {
  const line = oneLine(value)
  if (indent.length + line.length <= WIDTH || typeof value !== 'object' || value === null) return line
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const [first, ...others] = membersOf(value)
  if (first && others.length === 0) {
    const space = open === '{' ? ' ' : ''
    return `${open}${space}${first.name}${layOut(first.value, indent)}${space}${close}`
  }
  return `${open}\n${filled(membersOf(value), `${indent}  `)}\n${indent}${close}`
}

interface Member {
  /** As it stands before the value; of an element nothing. */
  readonly name: string
  readonly value: unknown
}

function membersOf(value: object): Member[] {
  if (Array.isArray(value)) return (value as unknown[]).map((each) => ({ name: '', value: each }))
  return Object.entries(value as Fields).map(([key, each]) => ({
    name: `${JSON.stringify(key)}: `,
    value: each,
  }))
}

/** Members side by side as far as a line goes; one that takes several lines begins its own. */
function filled(members: readonly Member[], indent: string): string {
  const lines: string[] = []
  members.forEach(({ name, value }, i) => {
    const text = `${name}${layOut(value, indent)}${i < members.length - 1 ? ',' : ''}`
    const last = lines.at(-1)
    const fits =
      last !== undefined && !`${last}${text}`.includes('\n') && last.length + 1 + text.length <= WIDTH
    if (fits) lines.splice(-1, 1, `${last} ${text}`)
    else lines.push(`${indent}${text}`)
  })
  return lines.join('\n')
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value as Fields).map(
    ([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
