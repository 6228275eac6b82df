/** Files that are written from others; `npm run generate` writes them again. */

import { expect, test } from 'vitest'
import { nativeHeader } from './native-header.ts'
import { elementOperations, operationsIndex } from './operations.ts'

test('native/instructions.h says what the instruction set is', async () => {
  await expect(nativeHeader()).toMatchFileSnapshot('../../native/instructions.h')
})

test('the lists of operations name every file of them', async () => {
  await expect(operationsIndex()).toMatchFileSnapshot('../../src/graph/operations.ts')
  await expect(elementOperations()).toMatchFileSnapshot('../../src/graph/element-operations.ts')
})
