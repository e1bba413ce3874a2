import { mayConnect, urlProblem, type HostRules } from '../src/outbound/hosts'
import { createSender, type Sent } from '../src/outbound/send'
import { startReceiver, type Receiver } from './support/receiver'

const PRODUCTION: HostRules = {
  hosts: ['receiver.example.org:443', 'other.example.org:8443'],
  production: true,
}
const DEVELOPMENT: HostRules = { hosts: undefined, production: false }

describe('an address that is registered', () => {
  test.each([
    'https://receiver.example.org/hints?to=us',
    'https://RECEIVER.example.org:443/',
    'https://other.example.org:8443/',
  ])('may be %s in production', (url) => {
    expect(urlProblem(url, PRODUCTION)).toBeUndefined()
  })

  test.each([
    'https://stranger.example.org/',
    'https://receiver.example.org.evil.example.org/',
    'https://receiver.example.org:8443/',
    'https://other.example.org/',
    'https://user:secret@receiver.example.org/',
    'https://receiver.example.org@evil.example.org/',
    'http://receiver.example.org/',
    'ftp://receiver.example.org/',
    'file:///etc/passwd',
    'https://127.0.0.1/',
    'http://localhost/',
    'https://169.254.169.254/latest/meta-data',
    'not an address',
    `https://receiver.example.org/${'x'.repeat(2_000)}`,
  ])('may not be %s in production', (url) => {
    expect(urlProblem(url, PRODUCTION)).toBeDefined()
  })

  test('is nobody’s in production where no host is named', () => {
    const rules = { hosts: undefined, production: true }
    for (const url of ['https://receiver.example.org/', 'https://localhost/', 'http://127.0.0.1:9/'])
      expect(urlProblem(url, rules)).toBeDefined()
  })

  test('may be a loopback address in development, and that alone unless others are named', () => {
    for (const url of [
      'http://localhost:9999/',
      'http://127.0.0.1/',
      'https://[::1]:8443/',
      'http://0x7f.1/',
    ])
      expect(urlProblem(url, DEVELOPMENT)).toBeUndefined()
    for (const url of ['https://receiver.example.org/', 'http://10.0.0.1/', 'http://localhost.example.org/'])
      expect(urlProblem(url, DEVELOPMENT)).toBeDefined()
    const named = { hosts: ['localhost:9999'], production: false }
    expect(urlProblem('http://localhost:9999/', named)).toBeUndefined()
    expect(urlProblem('http://localhost:9998/', named)).toBeDefined()
  })
})

describe('an address that is connected to', () => {
  test.each(['93.184.215.14', '8.8.8.8', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])(
    'may be %s',
    (address) => {
      expect(mayConnect(address, 'receiver.example.org', PRODUCTION)).toBe(true)
    },
  )

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:8.8.8.8',
    '64:ff9b::a9fe:a9fe',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'receiver.example.org',
    '',
  ])('may never be %s', (address) => {
    expect(mayConnect(address, 'receiver.example.org', PRODUCTION)).toBe(false)
    expect(mayConnect(address, 'receiver.example.org', { ...PRODUCTION, production: false })).toBe(false)
  })

  test('may be a loopback address only of a loopback host, and never in production', () => {
    expect(mayConnect('127.0.0.1', 'localhost', DEVELOPMENT)).toBe(true)
    expect(mayConnect('::1', '::1', DEVELOPMENT)).toBe(true)
    expect(mayConnect('127.0.0.1', 'localhost', { hosts: ['localhost:443'], production: true })).toBe(false)
    expect(mayConnect('10.0.0.1', 'localhost', DEVELOPMENT)).toBe(false)
  })
})

describe('an attempt', () => {
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
  })
  afterAll(() => receiver.close())

  /** To the receiver's port under another name, which resolves as it is told. */
  async function attempt(addresses: string[]): Promise<Sent> {
    const { port } = new URL(receiver.url)
    const rules = { hosts: [`receiver.example.org:${port}`], production: false }
    const send = createSender({
      rules,
      timeoutMs: 2_000,
      resolve: (hostname, done) => {
        expect(hostname).toBe('receiver.example.org')
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      },
    })
    return send(`https://receiver.example.org:${port}/`, {}, '{}')
  }

  test.each([
    ['the metadata service', ['169.254.169.254']],
    ['a private network', ['10.0.0.5']],
    ['this machine', ['127.0.0.1']],
    ['this machine over IPv6', ['::1']],
    ['a public address and this machine besides', ['93.184.215.14', '127.0.0.1']],
  ])('to a named host that resolves to %s is refused before any connection', async (_name, addresses) => {
    const before = receiver.received.length
    expect(await attempt(addresses)).toEqual({ fault: 'ADDRESS_NOT_ALLOWED' })
    expect(receiver.received).toHaveLength(before)
  })

  test.each([
    ['127.0.0.1', '10.0.0.5', { status: 204 }],
    ['10.0.0.5', '127.0.0.1', { fault: 'ADDRESS_NOT_ALLOWED' }],
  ])('looks the host up once and goes by that: %s, whatever comes later', async (first, later, expected) => {
    const asked: string[] = []
    const send = createSender({
      rules: DEVELOPMENT,
      resolve: (hostname, done) => {
        asked.push(hostname)
        done(null, [{ address: asked.length === 1 ? first : later, family: 4 }])
      },
    })
    const before = receiver.received.length
    expect(await send(receiver.url.replace('127.0.0.1', 'localhost'), {}, '{}')).toEqual(expected)
    expect(asked).toEqual(['localhost'])
    expect(receiver.received).toHaveLength(before + ('status' in expected ? 1 : 0))
  })

  test('to a host that is not found says so', async () => {
    expect(await attempt([])).toEqual({ fault: 'ENOTFOUND' })
  })

  test('to a host that is no longer named is refused', async () => {
    const send = createSender({ rules: { hosts: ['other.example.org:443'], production: false } })
    const before = receiver.received.length
    expect(await send(receiver.url, {}, '{}')).toEqual({ fault: 'HOST_NOT_ALLOWED' })
    expect(receiver.received).toHaveLength(before)
  })

  test('to a named host that is itself a private address is refused', async () => {
    const send = createSender({ rules: { hosts: ['10.0.0.5:443', '[fd00::1]:443'], production: true } })
    expect(await send('https://10.0.0.5/', {}, '{}')).toEqual({ fault: 'ADDRESS_NOT_ALLOWED' })
    expect(await send('https://[fd00::1]/', {}, '{}')).toEqual({ fault: 'ADDRESS_NOT_ALLOWED' })
  })

  test('by the resolver of this machine reaches a loopback host in development', async () => {
    const { port } = new URL(receiver.url)
    const send = createSender({ rules: DEVELOPMENT })
    expect(await send(`http://localhost:${port}/`, {}, '{"a":"é"}')).toEqual({ status: 204 })
    expect(receiver.received.at(-1)?.body).toBe('{"a":"é"}')
  })

  test('to what speaks no TLS fails, and sends nothing in the clear', async () => {
    const send = createSender({ rules: DEVELOPMENT })
    const before = receiver.received.length
    const sent = await send(receiver.url.replace('http:', 'https:'), {}, '{}')
    expect(sent).toMatchObject({ fault: expect.stringMatching(/^[A-Z][A-Z0-9_]+$/) })
    expect(receiver.received).toHaveLength(before)
  })
})
