import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readyUrl } from './gateway-process'

/** A server beside the gateway, in a process of its own. */
export interface Beside {
  readonly url: string
  stop(): Promise<void>
}

/** `told`: what it is given, as JSON in its first argument. */
export async function startBeside(name: string, told: string): Promise<Beside> {
  const child = spawn(process.execPath, [join(__dirname, `${name}.js`), told], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const url = await readyUrl(child.stdout)
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
