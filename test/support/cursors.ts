import { sealedCursors } from '../../src/store/sealed-cursors'

/** For statements that are looked at: with keys of no database. */
export const cursors = sealedCursors({ signing: Buffer.alloc(32, 1), sealing: Buffer.alloc(32, 2) })
