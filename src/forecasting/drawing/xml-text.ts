import { printable } from '../../printable.ts'

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A text as XML can hold it, whatever it was. */
export const xmlText = (text: string): string =>
  printable(text)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (sign) => names[sign]!)

/** Pixels, to a tenth. */
export const px = (pixels: number): string => String(Math.round(10 * pixels) / 10)
