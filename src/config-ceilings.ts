import { z } from 'zod'
import { FIELD_GROUPS } from './domain/field-group'

/** Field groups that a client may ever read, by client; one that is not named has no such limit. */
export const clientCeilings = z
  .record(
    z.string().trim().min(1).max(200),
    z.array(z.enum(FIELD_GROUPS, 'expected a field group'), 'expected a list of field groups'),
    'expected lists of field groups by client',
  )
  .default({})
export type ClientCeilings = Readonly<z.infer<typeof clientCeilings>>
