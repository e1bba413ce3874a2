import type { As, TestGateway } from './gateway'

/** What an attendee does before they read a meeting's summary. */
export async function acceptConfidentiality(t: TestGateway, as: As, meeting: string): Promise<void> {
  const read = await t.ask(as, '{ mappaConfidentialityStatement { edition text } }')
  const { edition } = read.data?.['mappaConfidentialityStatement'] as { edition: string }
  const accepted = await t.ask(
    as,
    `mutation($meeting: ID!, $edition: String!) {
      acceptMappaConfidentiality(meeting: $meeting, edition: $edition) { revision } }`,
    { meeting, edition },
  )
  if (accepted.errors || accepted.data?.['acceptMappaConfidentiality'] === null)
    throw new Error(`not accepted: ${JSON.stringify(accepted)}`)
}
