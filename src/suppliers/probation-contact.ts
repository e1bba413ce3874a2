import { z } from 'zod'
import type { AddressFact, ContactPointFact } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

/** `contactDetails` of a probation-search document. */
export const contactDetails = z
  .object({
    addresses: z
      .array(
        z.object({
          status: z.object({ code: text, description: text }).nullish(),
          type: z.object({ code: text, description: text }).nullish(),
          noFixedAbode: flag,
          addressNumber: text,
          buildingName: text,
          streetName: text,
          district: text,
          town: text,
          county: text,
          postcode: text,
          telephoneNumber: text,
          from: moment,
          to: moment,
        }),
      )
      .nullish(),
    phoneNumbers: z.array(z.object({ type: text, number: text })).nullish(),
    emailAddresses: z.array(text).nullish(),
  })
  .nullish()

type ContactDetails = z.infer<typeof contactDetails>
type Address = NonNullable<NonNullable<ContactDetails>['addresses']>[number]

export function addressesFrom(details: ContactDetails, notes: Notes): AddressFact[] | undefined {
  return details?.addresses?.map((address, index) => {
    const at = `contactDetails.addresses.${index}`
    return stated<AddressFact>({
      status: STATUSES[address.status?.code?.toUpperCase() ?? ''] ?? 'OTHER',
      rawStatus: address.status?.description ?? address.status?.code,
      type: address.type?.description ?? address.type?.code,
      noFixedAbode: address.noFixedAbode ?? undefined,
      lines: linesOf(address),
      town: address.town,
      county: address.county,
      postcode: address.postcode,
      since: notes.date(address.from, `${at}.from`),
      until: notes.date(address.to, `${at}.to`),
    })
  })
}

const STATUSES: Readonly<Record<string, AddressFact['status']>> = { M: 'MAIN', P: 'PREVIOUS' }

function linesOf({
  buildingName,
  addressNumber,
  streetName,
  district,
}: Address): readonly string[] | undefined {
  // The number may already end in the comma that joins it to the street.
  const street = [addressNumber?.replace(/,$/, ''), streetName].filter(Boolean).join(' ')
  const lines = [buildingName, street, district].filter((line) => line !== undefined && line !== '')
  return lines.length === 0 ? undefined : (lines as string[])
}

/** Stated where the document has a list of numbers or of e-mail addresses; that of an address counts too. */
export function contactPointsFrom(details: ContactDetails): ContactPointFact[] | undefined {
  if (!details?.phoneNumbers && !details?.emailAddresses) return undefined
  const { phoneNumbers, emailAddresses, addresses } = details
  const numbers = [
    ...(phoneNumbers ?? []),
    ...(addresses ?? []).map(({ telephoneNumber }) => ({ type: undefined, number: telephoneNumber })),
  ]
  return [
    ...numbers.flatMap(({ type, number }) => (number === undefined ? [] : [phone(type, number)])),
    ...(emailAddresses ?? []).flatMap((value) =>
      value === undefined ? [] : [{ type: 'EMAIL' as const, value }],
    ),
  ]
}

function phone(rawType: string | undefined, value: string): ContactPointFact {
  const type = rawType?.toUpperCase() === 'MOBILE' ? 'MOBILE' : 'TELEPHONE'
  return stated<ContactPointFact>({ type, rawType, value })
}
