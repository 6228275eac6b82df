/** How a thread is started in a page. */
export { startWebThread as startThread } from '../../../src/backends/wasm/page-backend.ts'
