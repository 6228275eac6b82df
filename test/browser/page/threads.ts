import { distantText } from '../../../src/backends/wasm/distant-text.ts'
import { webThread } from '../../../src/backends/wasm/page-backend.ts'

/** How a thread is started in a page. */
export { startWebThread as startThread } from '../../../src/backends/wasm/page-backend.ts'
export const startDistant = webThread(distantText)
