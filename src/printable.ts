/**
 * A text from outside as a terminal may show it: control characters (an escape sequence begins with one) and those that turn the
 * direction of writing appear as what they are, `\u001b`. Line ends and tabs stay.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A name from outside between quotation marks, of at most 80 signs and on one line. */
export const quoted = (name: string): string =>
  printable(JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name))
