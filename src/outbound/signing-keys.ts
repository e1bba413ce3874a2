import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createOnce } from '../store/create-once'

/** Signs hints by Standard Webhooks 1.0.0, asymmetric scheme `v1a` (Ed25519). */
export interface SigningKeys {
  /** Of the first key, for receivers: `whpk_` and the 32 bytes as base64. */
  readonly publicKey: string
  /** The value of `webhook-signature`: one signature per key, separated by spaces. */
  sign(id: string, timestamp: number, body: string): string
}

/** The keys of `file`; without one, those of the data directory, made where there are none. */
export async function openSigningKeys(file: string | undefined, dataDir: string): Promise<SigningKeys> {
  if (file !== undefined) return readSigningKeys(file)
  const own = join(dataDir, 'webhook-signing-key.pem')
  const { privateKey } = generateKeyPairSync('ed25519')
  await createOnce(own, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  return readSigningKeys(own)
}

async function readSigningKeys(path: string): Promise<SigningKeys> {
  try {
    return signingKeys(keysIn(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new Error(`${path} is not readable as Ed25519 private keys (PEM, PKCS#8)`, { cause })
  }
}

/** While keys are changed there are several; the first is the one that newcomers are given. */
function keysIn(pem: string): KeyObject[] {
  const blocks = pem.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g) ?? []
  const keys = blocks.map((block) => createPrivateKey(block))
  if (keys.some((key) => key.asymmetricKeyType !== 'ed25519')) throw new Error('a key of another type')
  return keys
}

function signingKeys(keys: readonly KeyObject[]): SigningKeys {
  const [first] = keys
  if (!first) throw new Error('no key')
  return {
    publicKey: publicKeyOf(first),
    sign: (id, timestamp, body) =>
      keys
        .map((key) => sign(null, Buffer.from(`${id}.${timestamp}.${body}`), key))
        .map((signature) => `v1a,${signature.toString('base64')}`)
        .join(' '),
  }
}

function publicKeyOf(key: KeyObject): string {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
}
