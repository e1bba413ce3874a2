import { catalogue } from '../support/cells'
import type { RandomQuestion } from './questions'
import { LEFT_OUT } from './random-selections'
import type { Expected } from './reader'
import { ROOTS_READ } from './roots'

interface Count {
  asked: number
  shown: number
}

/** What the compared documents asked for, and what they got: so that agreement says something. */
export class Tally {
  documents = 0
  private refused = 0
  private marks = 0
  private marksOfSome = 0
  private disclosing = 0
  private readonly codes = new Map<string, number>()
  private readonly roots = new Map<string, Count>()
  private readonly shown = new Set<string>()
  private readonly withheld = new Set<string>()

  count({ roots }: RandomQuestion, { code, withheld, entry }: Expected): void {
    this.documents += 1
    if (code !== undefined) this.refused += 1
    if (code !== undefined) this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
    if (entry.outcome === 'DISCLOSED') this.disclosing += 1
    this.marks += withheld.length
    this.marksOfSome += withheld.filter(({ reason }) => reason === 'RELATIONSHIP').length
    for (const { name } of roots) {
      const count = this.roots.get(name) ?? { asked: 0, shown: 0 }
      this.roots.set(name, count)
      count.asked += 1
      if (entry.outcome === 'DISCLOSED') count.shown += 1
    }
    for (const subject of Object.values(entry.subjects)) {
      for (const name of subject.fields) this.shown.add(name)
      for (const name of subject.withheld) this.withheld.add(name)
    }
  }

  /** Roots that were never asked for with somebody shown. */
  get rootsNeverShown(): string[] {
    return ROOTS_READ.filter((name) => (this.roots.get(name)?.shown ?? 0) === 0)
  }

  /** How many of all documents showed somebody. */
  get shareShown(): number {
    return this.disclosing / this.documents
  }

  table(): string {
    const names = Object.keys(catalogue.schema.getQueryType()?.getFields() ?? {})
    const answered = this.documents - this.refused
    const codes = [...this.codes].map(([code, count]) => `${code} ${count}`).join(', ')
    return [
      `${this.documents} documents: ${answered} answered, ${this.refused} refused (${codes})`,
      `${this.marks} marks of what is withheld, ${this.marksOfSome} of them of some cases`,
      `${this.shown.size} fields shown, ${this.withheld.size} withheld; left out: ${LEFT_OUT.join(', ')}`,
      ...names.map((name) => `  ${name.padEnd(30)} ${this.line(name)}`),
    ].join('\n')
  }

  private line(name: string): string {
    if (name === 'changes') return 'left out: the feed has a model of its own (changes-model.test.ts)'
    if (!ROOTS_READ.includes(name)) return 'left out: no compiled statement reads the record for it'
    const { asked, shown } = this.roots.get(name) ?? { asked: 0, shown: 0 }
    return `asked ${asked} times, ${shown} times with somebody shown`
  }
}
