import { testAgreement } from './naive/agreement'

/** As many as there is time for; test/long/ has them all. */
testAgreement({ documents: 20_000, withinMs: 40_000 })
