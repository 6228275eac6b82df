/**
 * What the spread of a value is at least, as a share of its scale: an output that is sure of what never varies would have a loss without
 * bounds.
 */
export const leastSpread = 1e-3

/** What the mean of counts is at least, as a share of their scale: of none at all no count above 0 would be possible. */
export const leastMean = 1e-6
