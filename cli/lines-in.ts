/** The lines of a text in which something stands. */
export const linesIn = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '')
