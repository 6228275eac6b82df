/** The sign between whole and fraction. */
export type Decimal = '.' | ','

const form = (decimal: string, group: string): RegExp =>
  new RegExp(
    String.raw`^[+-]?(?:\d+|[1-9]\d{0,2}(?:([${group}\u00a0\u202f'’])\d{3})(?:\1\d{3})*)?(?:[${decimal}]\d*)?(?:[eE][+-]?\d+)?$`,
  )

/** Digits in groups of three or in none, a fraction, an exponent; a group's sign is the other one, a hard space or an apostrophe. */
const forms: Readonly<Record<Decimal, { readonly number: RegExp; readonly group: RegExp }>> = {
  '.': { number: form('.', ','), group: /[,\u00a0\u202f'’]/g },
  ',': { number: form(',', '.'), group: /[.\u00a0\u202f'’]/g },
}

/** The number a text writes; undefined where it writes none, or one too large for float64. */
export function readNumber(text: string, decimal: Decimal): number | undefined {
  const { number, group } = forms[decimal]
  const trimmed = text.trim()
  if (!number.test(trimmed)) return undefined
  const digits = trimmed.replace(group, '').replace(',', '.')
  if (!/^[+-]?\.?\d/.test(digits)) return undefined
  const value = Number(digits)
  return Number.isFinite(value) ? value : undefined
}

/**
 * Whether digits name something rather than count it: a number would lose its leading zeros (post codes) or its last places (long
 * keys).
 */
export const isCode = (text: string): boolean =>
  /^[+-]?0\d/.test(text.trim()) || (/^[+-]?\d{16,}$/.test(text.trim()) && !Number.isSafeInteger(Number(text)))
