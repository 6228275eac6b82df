import type { Cell } from './cell.ts'

/** Whether something can be stepped as a cell. */
export const isCell = (value: unknown): value is Cell => typeof (value as Cell | undefined | null)?.step === 'function'
