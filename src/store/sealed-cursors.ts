import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { Cursors, ListCursors, Place } from '../query/cursor'
import type { Connection } from './database'
import { asOwner } from './migrate'

/** Both of 32 bytes. */
export interface CursorKeys {
  readonly signing: Buffer
  readonly sealing: Buffer
}

/** The database's own, made when it was migrated: a cursor outlives the gateway that gave it. */
export async function readCursorKeys(owner: Connection): Promise<CursorKeys> {
  return asOwner(owner, async (client) => {
    const { rows } = await client.query<CursorKeys>('select k.signing, k.sealing from cursor.key k')
    const [keys] = rows
    if (!keys) throw new Error('the database has lost the keys of its cursors: cursor.key is empty')
    return keys
  })
}

const SIGNATURE_BYTES = 16
const BLOCK_BYTES = 16

/** What is sealed under these keys, these open. */
export function sealedCursors({ signing, sealing }: CursorKeys): Cursors {
  const sign = (list: string, text: Buffer) =>
    createHmac('sha256', signing).update(`${list}\0`).update(text).digest().subarray(0, SIGNATURE_BYTES)
  const seal = (list: string, place: Place) => {
    const text = padded(JSON.stringify(place))
    const signature = sign(list, text)
    const cipher = createCipheriv('aes-256-cbc', sealing, signature).setAutoPadding(false)
    return Buffer.concat([signature, cipher.update(text), cipher.final()]).toString('base64')
  }
  const open = (list: string, cursor: string) => {
    const bytes = Buffer.from(cursor, 'base64')
    if (bytes.toString('base64') !== cursor || !isSealed(bytes)) return undefined
    const signature = bytes.subarray(0, SIGNATURE_BYTES)
    const decipher = createDecipheriv('aes-256-cbc', sealing, signature).setAutoPadding(false)
    const text = Buffer.concat([decipher.update(bytes.subarray(SIGNATURE_BYTES)), decipher.final()])
    if (!timingSafeEqual(sign(list, text), signature)) return undefined
    return readPlace(text.toString('utf8'))
  }
  const of = (list: string): ListCursors => ({
    seal: (place) => seal(list, place),
    open: (cursor) => open(list, cursor),
  })
  return Object.assign(of, { mark: sign('the mark', Buffer.of()).toString('hex') })
}

function isSealed({ length }: Buffer): boolean {
  return length > SIGNATURE_BYTES && length % BLOCK_BYTES === 0
}

/** Where a sort value is unknown, nothing can be asked to come after it. */
function readPlace(text: string): Place | undefined {
  const values = JSON.parse(text) as readonly unknown[]
  const isPlain = (value: unknown) => typeof value === 'string' || typeof value === 'number'
  return values.every(isPlain) ? values : undefined
}

const SHORT_BYTES = 32
const LONG_BYTES = 128

/** The length would tell how long a name is. */
function padded(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const whole = length <= SHORT_BYTES ? SHORT_BYTES : Math.ceil(length / LONG_BYTES) * LONG_BYTES
  return Buffer.from(text + ' '.repeat(whole - length))
}
