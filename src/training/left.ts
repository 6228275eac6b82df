/** What somebody leaves behind who does not end it; `release` sets it free, and is absent once that is done. */
export interface Left {
  release?: (() => void) | undefined
}

const registry = new FinalizationRegistry<{ readonly left: Left; readonly text: string }>(({ left, text }) => {
  if (!left.release) return
  left.release()
  warn(text)
})

/** Sets what is left free, with a warning, when nobody holds `holder` any more. */
export const leftBehind = (holder: object, left: Left, text: string): void => registry.register(holder, { left, text })

export function warn(text: string): void {
  // eslint-disable-next-line no-console -- Node and pages have this place alone in common for what an author should know
  console.warn(`unrolled: ${text}`)
}
