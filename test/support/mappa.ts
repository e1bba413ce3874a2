import { londonDate } from '../../src/domain/london-date'
import type { Gateway } from '../../src/gateway'
import type { TestGateway } from './gateway'

const DAY_MS = 86_400_000

/** The date so many days from today. */
export const day = (n: number) => londonDate(new Date(Date.now() + n * DAY_MS))

/** Questions are asked so many days later than they are; what is written, and the journal, keeps the true time. */
export class Later {
  days = 0

  readonly now = () => new Date(Date.now() + this.days * DAY_MS)

  readonly alter = (gateway: Gateway): Gateway => ({
    ...gateway,
    deps: {
      ...gateway.deps,
      append: (draft) => gateway.deps.append({ ...draft, at: new Date() }),
    },
  })

  async by<T>(days: number, work: () => Promise<T>): Promise<T> {
    this.days = days
    try {
      return await work()
    } finally {
      this.days = 0
    }
  }
}

/** Says which agencies cover an area, and whom to write to there. */
export async function coverAreas(
  t: TestGateway,
  coverage: readonly {
    readonly area: string
    readonly agency: string
    readonly contact?: string
    readonly since?: string
    readonly until?: string
  }[],
): Promise<void> {
  await t.database.transact(async (tx) => {
    await tx.query('select record.begin_revision()')
    for (const { area, agency, contact, since, until } of coverage)
      await tx.query(
        'insert into record.mappa_area_agency (area, agency, contact_name, since, until) values ($1, $2, $3, $4, $5)',
        [area, agency, contact ?? null, since ?? null, until ?? null],
      )
    await tx.query('select record.end_revision()')
  })
}

/** The input of a decision; what a test does not name does not matter to it. */
export const levelInput = (crn: string, more: object = {}) => ({
  offender: { crn },
  category: 1,
  level: 2,
  levelStatus: 'CONFIRMED',
  effectiveOn: day(0),
  nextReviewOn: day(70),
  forum: 'SCREENING',
  rationale: 'Formal co-ordination adds value.',
  assessments: [],
  criteria: ['FORMAL_MEETINGS_ADD_VALUE', 'HIGH_OR_VERY_HIGH_ROSH'],
  ...more,
})
