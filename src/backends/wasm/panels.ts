/** How packed matrices lie: in panels of eight columns, [n / 8][k][8]. */

/** Columns of a panel of a packed matrix. */
export const panelColumns = 8

/** Floats of a packed k × n matrix. */
export const packedFloats = (k: number, n: number): number => k * panelColumns * Math.ceil(n / panelColumns)
