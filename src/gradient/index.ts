export type { StateTap } from './scan.ts'
export { pullback } from './pullback.ts'
