/** What makes programs of graphs; fetched when the first is made. */
export { compile } from '../compiler/index.ts'
export { forwardComputation, partedComputation, windowComputation } from './graphs.ts'
