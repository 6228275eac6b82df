/** Where parameters lie one behind the other, as `ParameterLayout` says, and their gradients in the same order. */
export const parameterRegion = 'parameters'
export const gradientRegion = 'gradients'

/** Where a program leaves a value inside of a layer that somebody asked for. */
export const tapRegion = (name: string): string => `tap.${name}`

/** Where a program leaves what is worked out ahead of another, and where that one finds it, a row for each of its own. */
export const aheadRegion = (place: number): string => `ahead.${place}`
export const keptRegion = (place: number): string => `kept.${place}`

/** Where a program finds a state before its window, and leaves it behind it. */
export const stateRegion = (name: string): string => `state.${name}`

/** The same for the adjoint of a state, an input or an output. */
export const adjointRegion = (name: string): string => `adjoint.${name}`
