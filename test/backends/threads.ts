import { nodeThread } from '../../src/backends/wasm/node-backend.ts'
import { distantText } from '../../src/backends/wasm/distant-text.ts'

/** How a thread is started where the tests run: here in Node; in a page its own file stands in for this one. */
export { startNodeThread as startThread } from '../../src/backends/wasm/node-backend.ts'
/** The same of a worker that has the memory to itself. */
export const startDistant = nodeThread(distantText)
