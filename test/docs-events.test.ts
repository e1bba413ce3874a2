import { EVENT_KINDS, kindOf } from '../src/suppliers/events/kinds'
import type { EventKind } from '../src/suppliers/events/event'
import { expectGolden } from './support/golden'
import { markdownTable } from './support/markdown'

test('docs/events.md lists every kind of event and what is done with it', () => {
  expectGolden('../docs/events.md', page())
})

test('each kind can be reached: none lies behind one that takes its events first', () => {
  const hidden = EVENT_KINDS.filter((kind) => kindOf(kind.type.replace(/\*$/, 'x')) !== kind)
  expect(hidden.map(({ type }) => type)).toEqual([])
})

function page(): string {
  const kinds = [...EVENT_KINDS, kindOf('of no kind that we know')]
  return `${INTRODUCTION}\n${markdownTable(['event', 'whose', 'fate', 'what is stated, or what it would take to know'], kinds.map(rowOf))}\n`
}

function rowOf({ type, system, fate, what }: EventKind): string[] {
  return [`\`${type}\``, system ?? 'the sender’s', fate, what]
}

const INTRODUCTION = `# Domain events

What the format \`domain-event\` does with each kind of event; a name that ends in \`*\` stands for all that begin so, and the first line that fits counts. The page is written from [src/suppliers/events/kinds.ts](../src/suppliers/events/kinds.ts) by \`npm run golden\`, and a test compares them.

- **applied**: what the event says is stated, in the place that its time gives it among documents and other events. One that lacks what it would have to say (a register’s number, a known reason) is noted instead.
- **noted**: the event says that something changed, and not what. It is kept as a row of \`Offender.events\`, with what would have to be read to know; the warning is \`NOTED\`. Nothing is fetched.
- **kept**: a person decides. Nothing is done, and the message is \`QUARANTINED\` under the code named.

An event makes nobody known: it waits for its person. Prisons send those of NOMIS and probation those of Delius (\`NOT_OWNER\` else); what a CRC sends is noted in a record of its own, and what only probation may state is refused. One that names a booking and nobody is put aside, unless the envelope’s \`person\` says whose it is.
`
