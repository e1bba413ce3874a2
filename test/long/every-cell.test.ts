import { testEveryCell } from '../support/every-cell'

testEveryCell({ inAllPurposes: true })
