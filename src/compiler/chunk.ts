/** Steps whose rows are summed together before they are added to a gradient. */
export const chunk = 8
