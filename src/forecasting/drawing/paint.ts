/** Colours on light paper and on dark, of strokes or of what they fill. */
const paints = {
  paper: ['fill', '#ffffff', '#15181c'],
  ink: ['fill', '#1d2126', '#e4e7ea'],
  faint: ['fill', '#5b6168', '#a3abb3'],
  grid: ['stroke', '#e3e6e9', '#2c3238'],
  axis: ['stroke', '#8a929a', '#7d868f'],
  past: ['stroke', '#3c4248', '#c3c9cf'],
  coming: ['stroke', '#1565b0', '#62b0f4'],
  band: ['fill', '#1f78d1', '#4c9fe8'],
} as const

/** What an element is painted with: the light colour as an attribute, which holds where styles are not read, and a class for the dark one. */
export function paint(name: keyof typeof paints): string {
  const [kind, light] = paints[name]
  return `class="${name}" ${kind}="${light}"`
}

/** The style by which it is dark where that is preferred. */
export const darkStyle = `@media (prefers-color-scheme: dark) { ${Object.entries(paints)
  .map(([name, [kind, , dark]]) => `.unrolled-forecast .${name} { ${kind}: ${dark} }`)
  .join(' ')} }`

/** Bands lie on each other: the innermost on all. */
export const bandOpacity = 0.2
