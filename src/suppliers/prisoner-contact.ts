import { z } from 'zod'
import type { AddressFact, ContactPointFact } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

const phones = z.array(z.object({ type: text, number: text })).nullish()

/** The fields of a prisoner-search document that say how to reach somebody. */
export const contactFields = {
  addresses: z
    .array(
      z.object({
        fullAddress: text,
        postalCode: text,
        startDate: moment,
        primaryAddress: flag,
        noFixedAddress: flag,
        phoneNumbers: phones,
      }),
    )
    .nullish(),
  phoneNumbers: phones,
  emailAddresses: z.array(z.object({ email: text })).nullish(),
}

type Contact = z.infer<z.ZodObject<typeof contactFields>>

export function addressesFrom({ addresses }: Contact, notes: Notes): AddressFact[] | undefined {
  return addresses?.map((address, index) =>
    stated<AddressFact>({
      status: address.primaryAddress === true ? 'MAIN' : 'OTHER',
      noFixedAbode: address.noFixedAddress ?? undefined,
      lines: linesOf(address.fullAddress),
      postcode: address.postalCode,
      since: notes.date(address.startDate, `addresses.${index}.startDate`),
    }),
  )
}

/** NOMIS writes out that there is no address where an address would be. */
function linesOf(full: string | undefined): readonly string[] | undefined {
  return full === undefined || /^no fixed (address|abode)$/i.test(full) ? undefined : [full]
}

/** Stated where the document has a list of numbers or of e-mail addresses; those of an address count too. */
export function contactPointsFrom(contact: Contact): ContactPointFact[] | undefined {
  const { phoneNumbers, emailAddresses, addresses } = contact
  if (!phoneNumbers && !emailAddresses) return undefined
  const numbers = [...(phoneNumbers ?? []), ...(addresses ?? []).flatMap((each) => each.phoneNumbers ?? [])]
  return [
    ...numbers.flatMap(({ type, number }) => (number === undefined ? [] : [phone(type, number)])),
    ...(emailAddresses ?? []).flatMap(({ email }) =>
      email === undefined ? [] : [{ type: 'EMAIL' as const, value: email }],
    ),
  ]
}

function phone(rawType: string | undefined, value: string): ContactPointFact {
  const type = rawType?.toUpperCase() === 'MOB' ? 'MOBILE' : 'TELEPHONE'
  return stated<ContactPointFact>({ type, rawType, value })
}
