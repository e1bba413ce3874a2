import { BlockList, isIP } from 'node:net'

/** Where hints may go. */
export interface HostRules {
  /** `host:port`, lower case; undefined: loopback addresses only, and in production none. */
  readonly hosts: readonly string[] | undefined
  readonly production: boolean
}

/** Why an address may not be a webhook's, in words for who registers it; undefined where it may. */
export function urlProblem(text: string, rules: HostRules): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || text.length > URL_MAX)
    return `expected an address of at most ${URL_MAX} characters`
  if (url.username !== '' || url.password !== '') return 'expected an address without user name and password'
  const local = mayBeLocal(url.hostname, rules)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) return 'expected an https address'
  const named = rules.hosts === undefined ? local : rules.hosts.includes(hostAndPort(url))
  return named ? undefined : 'expected a host and port that this gateway may send to'
}

const URL_MAX = 2_000

/** `host:port` as rules name it. */
export function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`
}

/** Whether a connection may be made: decided on the address itself, at the time, whatever the name said before. */
export function mayConnect(address: string, hostname: string, rules: HostRules): boolean {
  return isPublic(address) || (isLoopback(address) && mayBeLocal(hostname, rules))
}

function mayBeLocal(hostname: string, { production }: HostRules): boolean {
  const bare = withoutBrackets(hostname)
  return !production && (bare === 'localhost' || (isIP(bare) !== 0 && isLoopback(bare)))
}

export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

const LOOPBACK = blockList(['127.0.0.0/8', '::1/128'])

/** What is not the public internet's, by the registries of special-purpose addresses (IANA, RFC 6890). */
const SPECIAL = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // These wrap an IPv4 address, or lead nowhere.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])

const GLOBAL_UNICAST = blockList(['2000::/3'])

function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !SPECIAL.check(address, 'ipv4')
  return family === 6 && GLOBAL_UNICAST.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6')
}

function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', prefix = ''] = subnet.split('/')
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
