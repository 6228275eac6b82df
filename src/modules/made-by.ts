/** How the first line of a module's loader ends, by which it is known. */
export const madeBy = 'as a module that needs nothing else; made by unrolled compile.'
