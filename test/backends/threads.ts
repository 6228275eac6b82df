/** How a thread is started where the tests run: here in Node; in a page its own file stands in for this one. */
export { startNodeThread as startThread } from '../../src/backends/wasm/node-backend.ts'
