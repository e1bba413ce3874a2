import { lookup, type LookupAddress } from 'node:dns'
import { request as requestHttp, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { mayConnect, urlProblem, withoutBrackets, type HostRules } from './hosts'

/** What came of an attempt: the receiver's status, or a code for why there is none. */
export type Sent = { readonly status: number } | { readonly fault: string }

/** Posts a JSON body; never throws, follows no redirect, and reads nothing of the answer but its status. */
export type Send = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Sent>

export interface SenderOptions {
  readonly rules: HostRules
  /** All addresses of a host; that of node:dns. */
  readonly resolve?: Resolve
  /** For the whole attempt; 15 s. */
  readonly timeoutMs?: number
}

export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

export function createSender({ rules, resolve = resolveAll, timeoutMs = 15_000 }: SenderOptions): Send {
  return async (text, headers, body) => {
    // The rules may have changed since it was registered.
    if (urlProblem(text, rules) !== undefined) return { fault: 'HOST_NOT_ALLOWED' }
    const url = new URL(text)
    const host = withoutBrackets(url.hostname)
    // A host that is an address is connected to without a look-up.
    if (isIP(host) !== 0 && !mayConnect(host, host, rules)) return { fault: ADDRESS_NOT_ALLOWED }
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      return await post(url, { signal, lookup: checkedLookup(rules, resolve), agent: false }, headers, body)
    } catch (error) {
      return { fault: faultOf(error) }
    }
  }
}

const ADDRESS_NOT_ALLOWED = 'ADDRESS_NOT_ALLOWED'

/** The addresses are checked in the look-up that the connection itself makes, so no later answer can differ. */
function checkedLookup(rules: HostRules, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses
      if (error || !first) {
        callback(error ?? faultWith('ENOTFOUND'), [])
      } else if (!addresses.every(({ address }) => mayConnect(address, hostname, rules))) {
        callback(faultWith(ADDRESS_NOT_ALLOWED), [])
      } else if (options.all === true) {
        callback(null, addresses)
      } else {
        callback(null, first.address, first.family)
      }
    })
  }
}

function resolveAll(hostname: string, done: Parameters<Resolve>[1]): void {
  lookup(hostname, { all: true }, done)
}

async function post(
  url: URL,
  options: RequestOptions,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Sent> {
  const request = url.protocol === 'http:' ? requestHttp : requestHttps
  const lengthened = { ...headers, 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    request(url, { ...options, method: 'POST', headers: lengthened }, (response) => {
      resolve({ status: response.statusCode ?? 0 })
      response.destroy()
    })
      .on('error', reject)
      .end(body)
  })
}

function faultWith(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code })
}

/** Codes of Node.js and of TLS say what went wrong; messages may hold anything. */
function faultOf(error: unknown): string {
  const { name, code, cause } = error as { name?: string; code?: unknown; cause?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return 'TIMEOUT'
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,99}$/.test(code)) return code
  return cause === undefined ? 'CONNECTION_FAILED' : faultOf(cause)
}
