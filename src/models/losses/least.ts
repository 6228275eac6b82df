/**
 * What the spread of a value is at least, as a share of its scale: an output that is sure of what never varies would have a loss without bounds.
 */
export const leastSpread = 1e-3
