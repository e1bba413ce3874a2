import { accessMatrix } from '../src/access/matrix'
import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'
import { expectGolden } from './support/golden'

test('the access matrix is the one that was reviewed', () => {
  expectGolden('golden/access-matrix.txt', accessMatrix(readSchema(readSchemaFiles())))
})
