import type { Asker } from './story'

export const PRISON: Asker = { is: 'The prisons’ system', token: ['--role', 'PRISON_SYSTEM'] }

export const PROBATION: Asker = {
  is: 'The probation service’s system',
  token: ['--role', 'PROBATION_SYSTEM', '--agency', 'N02'],
}

function prisonOffenderManager(prison: string, name: string): Asker {
  const role = ['--role', 'PRISON_OFFENDER_MANAGER', '--agency', prison]
  return {
    is: `The prison offender manager at ${name}`,
    token: [...role, '--subject', `pom.${prison.toLowerCase()}`],
    purpose: 'MAPPA',
  }
}

export const POM_LEEDS = prisonOffenderManager('LEI', 'Leeds')
export const POM_MOORLAND = prisonOffenderManager('MDI', 'Moorland')

export const COM: Asker = {
  is: 'The community offender manager',
  token: [
    ...['--role', 'PROBATION_OFFICER', '--agency', 'N02', '--staff-code', '‹staff code›'],
    ...['--subject', 'com.testofficer'],
  ],
  purpose: 'MAPPA',
}

export const COORDINATOR: Asker = {
  is: 'The MAPPA coordinator of West Yorkshire',
  token: [
    ...['--role', 'MAPPA_COORDINATOR', '--agency', 'N02', '--mappa-area', 'WEST_YORKSHIRE'],
    ...['--subject', 'coordinator.westyorkshire'],
  ],
  purpose: 'MAPPA',
}

export const PANEL: Asker = {
  is: 'The police officer on the panel',
  token: ['--role', 'MAPPA_PANEL_MEMBER', '--agency', 'POL-WEST-YORKSHIRE', '--subject', 'panel.police'],
  purpose: 'MAPPA',
}

export const POLICE: Asker = {
  is: 'The police offender manager',
  token: [
    '--role',
    'POLICE_OFFENDER_MANAGER',
    '--agency',
    'POL-WEST-YORKSHIRE',
    '--subject',
    'manager.police',
  ],
  purpose: 'MAPPA',
}

export const PROTECTION_OFFICER: Asker = {
  is: 'The data protection officer',
  token: ['--role', 'DATA_PROTECTION_OFFICER', '--agency', 'N02', '--subject', 'protection.officer'],
  purpose: 'AUDIT',
}
