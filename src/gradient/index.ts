export { pullback } from './pullback.ts'
