import { describe } from 'vitest'
import { findAddon } from '../../src/backends/native/addon.ts'
import { createNativeBackend } from '../../src/backends/native/native-backend.ts'
import { backendSuite } from './suite.ts'

const found = findAddon()
const kernels = 'addon' in found ? found.addon.kernels() : []

// Without the library these have nothing to run: the wasm backend serves there, and is tested as it is.
describe.skipIf('missing' in found)('native', () => {
  for (const name of kernels) backendSuite(`native ${name}`, createNativeBackend({ kernels: name, threads: 1 }))
})
