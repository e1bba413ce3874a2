const NAMES = [
  'Ash',
  'Beck',
  'Cole',
  'Dale',
  'East',
  'Ford',
  'Gale',
  'Hart',
  'Ives',
  'Jude',
  'Kerr',
  'Lake',
  'Moor',
  'Nash',
  'Oak',
  'Pike',
  'Reed',
  'Shaw',
  'Tarn',
  'Vale',
]

/** A made-up prisoner's document; from one version to the next three of its facts change: cell, alerts, key dates. */
export function prisonerDocument(person: number, version: number) {
  const name = (n: number) => NAMES[n % NAMES.length] ?? ''
  const letter = (n: number) => String.fromCharCode(65 + (n % 26))
  const two = (n: number) => String(n).padStart(2, '0')
  const serial = Math.floor(person / 9000)
  return {
    prisonerNumber: `${letter(serial / 26)}${1000 + (person % 9000)}${letter(serial)}${letter(person)}`,
    firstName: name(person),
    lastName: `${name(person * 7 + 3)}${name(person / 20).toLowerCase()}${letter(person / 400).toLowerCase()}`,
    dateOfBirth: `${1950 + (person % 55)}-${two(1 + (person % 12))}-${two(1 + (person % 28))}`,
    gender: 'Male',
    title: 'Mr',
    status: 'ACTIVE IN',
    inOutStatus: 'IN',
    prisonId: 'MDI',
    prisonName: 'Moorland (HMP)',
    bookNumber: `B${person}`,
    cellLocation: `A-${version}-${person % 500}`,
    legalStatus: 'SENTENCED',
    receptionDate: '2026-01-05',
    aliases: [{ firstName: name(person + 1), lastName: name(person + 2) }],
    alerts: [
      { alertType: 'X', alertCode: 'XA', active: true, dateCreated: '2026-01-06' },
      { alertType: 'H', alertCode: 'HA', active: version % 2 === 0, dateCreated: '2026-01-07' },
    ],
    identifiers: [],
    sentenceExpiryDate: '2029-01-01',
    conditionalReleaseDate: `2027-${two(1 + (version % 12))}-01`,
  }
}

export function envelope(person: number, version: number) {
  return {
    messageId: `bench-${person}-${version}`,
    observedAt: new Date(Date.UTC(2026, 5, 1) + version * 60_000).toISOString(),
    payload: prisonerDocument(person, version),
  }
}
