import type { Moment, Scope } from './scope'

/** The scope of a question, and the table that an earlier state needs before all others. */
export interface Dated {
  readonly scope: Scope
  readonly tables: readonly string[]
  /** Set where an earlier state is asked for: the expression of its revision. */
  readonly revision?: string
}

/** An earlier state is found by its revision, or by the instant at which it was the newest. */
export function dated(scope: Scope, asOf: unknown): Dated {
  if (asOf === null || asOf === undefined) return { scope, tables: [] }
  const { revision, at } = asOf as { revision?: number; at?: string }
  const chosen =
    at === undefined
      ? `select ${scope.binds.bind(revision, 'bigint')} as revision,
      coalesce((select r.at from record.revision r where r.revision >= ${scope.binds.bind(revision, 'bigint')}
        order by r.revision limit 1), ${scope.caller.instant}) as at`
      : `select coalesce((select max(r.revision) from record.revision r where r.at <= ${scope.binds.bind(at, 'timestamptz')}), 0) as revision,
      ${scope.binds.bind(at, 'timestamptz')} as at`
  const moment = momentOf(scope)
  return {
    scope: { ...scope, moment },
    tables: [`${scope.name}_moment as materialized (\n  ${chosen}\n)`],
    revision: moment.revision,
  }
}

export function momentOf({ name }: Scope): Moment {
  return {
    revision: `(select m.revision from ${name}_moment m)`,
    instant: `(select m.at from ${name}_moment m)`,
  }
}
