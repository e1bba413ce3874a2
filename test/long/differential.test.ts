import { testAgreement } from '../naive/agreement'

testAgreement({ documents: 20_000, withinMs: 60 * 60_000 })
