import { resolve } from 'node:path'
import type { Config } from './config'

const QUERY =
  '{ offenders(first: 3) { nodes { id name { given family } custody { status establishment { code } } risk { latest { completedAt rosh { overall } } } mappa { registration { level } } } } }'

/** The ready line, how to get a token, and a first query to paste that works. */
export function welcome(url: string, config: Config): string {
  const ready = `Throughcare is ready at ${url}/graphql`
  if (config.trustedIssuers.length > 0) return ready
  const dataDir =
    config.dataDir === resolve('.data') ? '' : `DATA_DIR='${config.dataDir.replaceAll("'", "'\\''")}' `
  return `${ready}

Get a token: this one is a prison offender manager at Moorland, for an hour.

  TOKEN=$(${dataDir}npm run --silent token -- --role PRISON_OFFENDER_MANAGER --agency MDI)

And ask:

  curl -s ${url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
    -H 'purpose-of-use: OFFENDER_MANAGEMENT' -d '${JSON.stringify({ query: QUERY })}'

README.md goes on from here.`
}
