import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serverAudits } from 'graphql-http'
import { startTestGateway, type TestGateway } from './support/gateway'

let t: TestGateway
let server: Server
let token: string

beforeAll(async () => {
  t = await startTestGateway()
  token = await t.token({ role: 'PRISON_OFFICER', agency: 'MDI' })
  server = createServer(t.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await t.close()
})

const audits = serverAudits({
  url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
  fetchFn: (url: string, init: RequestInit) =>
    fetch(url, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    }),
})

test.each(audits.filter(({ name }) => name.startsWith('MUST')).map((audit) => [audit.name, audit] as const))(
  '%s',
  async (_name, audit) => {
    const result = await audit.fn()
    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
  },
)
