import type { As, ItemAnswer, TestGateway } from './gateway'

const MUTATION = `mutation($input: PushCaseUpdatesInput!) { pushCaseUpdates(input: $input) {
  revision results { index messageId outcome offenderId errors { code path message } warnings { code message } } } }`

/** States one fact in our own terms, about the person that is named. */
export async function state(
  t: TestGateway,
  as: As,
  person: object,
  fact: object,
  envelope: object = {},
): Promise<ItemAnswer> {
  const body = await t.ask(as, MUTATION, { input: { updates: [{ person, fact, ...envelope }] } })
  const [result] = (body.data?.['pushCaseUpdates'] as { results: ItemAnswer[] } | undefined)?.results ?? []
  if (body.errors || !result) throw new Error(`nothing was pushed: ${JSON.stringify(body.errors)}`)
  return result
}

/** What a reader gets of one person, and what is marked as withheld. */
export async function see(
  t: TestGateway,
  as: As,
  by: object,
  fields: string,
  asOf?: object,
): Promise<{ offender: unknown; withheld: readonly (readonly [string, string | undefined, string])[] }> {
  const query = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { ${fields} } }`
  const body = await t.ask(as, query, { by, asOf })
  if (body.errors) throw new Error(`nothing was answered: ${JSON.stringify(body.errors)}`)
  const marks = body.extensions?.withheld ?? []
  return {
    offender: body.data?.['offender'],
    withheld: marks.map(({ path, group, reason }) => [path.slice(1).join('.'), group, reason] as const),
  }
}
