/** The wording is the project's own until a Strategic Management Board sets one; its substance is domain section 2.7. */
export const CONFIDENTIALITY = {
  edition: '2026-1',
  text:
    'What this meeting reads and hears is confidential. I use it for the management of the risks of the people ' +
    'it is about, share it within my agency as far as that needs, and pass it on to others only where the ' +
    'meeting or its chair agreed. Minutes and packs are closed under the Freedom of Information Act 2000.',
} as const
