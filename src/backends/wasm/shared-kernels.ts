import { kinds, type Kind } from '../program/instructions.ts'

/** The names of the shared kernels; each is a function of a parameter block and an outer index. */
export type SharedKernel =
  Exclude<Kind, 'loop' | 'end' | 'rows'> | 'pack-transposed' | 'clear' | 'round-float16' | 'round-int8'

const ofInstructions = kinds.filter((kind) => kind !== 'loop' && kind !== 'end' && kind !== 'rows')
export const sharedKernels: readonly SharedKernel[] = [
  ...ofInstructions,
  'pack-transposed',
  'clear',
  'round-float16',
  'round-int8',
]
