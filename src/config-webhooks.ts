import { z } from 'zod'

/** `WEBHOOK_HOSTS`: the hosts that hints may be sent to, as `host:port`. */
export const webhookHosts = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim().toLowerCase()))
  .refine(
    (entries) => entries.every((entry) => /^([\w.-]+|\[[\da-f:]+\])(:\d+)?$/.test(entry)),
    'expected hosts, each with a port unless it is 443, separated by commas',
  )
  .transform((entries) => entries.map((entry) => (/:\d+$/.test(entry) ? entry : `${entry}:443`)))
