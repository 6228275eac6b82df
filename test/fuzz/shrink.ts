/**
 * Makes the choices behind a faulty program fewer and smaller for as long as the fault stays: pieces are cut out, set to 0,
 * and single choices lowered, until nothing helps any more or the tries are used up.
 * `still` says whether a list of choices has the fault, and gives the choices really taken.
 */
export async function shrink(
  choices: readonly number[],
  still: (choices: readonly number[]) => Promise<readonly number[] | undefined>,
  tries: number,
): Promise<readonly number[]> {
  let best = choices
  const attempt = async (candidate: readonly number[]): Promise<boolean> => {
    if (tries <= 0) return false
    tries--
    const taken = await still(candidate)
    if (!taken || !isSimpler(taken, best)) return false
    best = taken
    return true
  }
  for (let before: typeof best | undefined; before !== best && tries > 0;) {
    before = best
    for (let length = largestPiece(best.length); length >= 1; length = Math.floor(length / 2)) {
      for (let at = 0; at < best.length;) {
        const cut = [...best.slice(0, at), ...best.slice(at + length)]
        const zeroed = best.map((choice, i) => (i >= at && i < at + length ? 0 : choice))
        if (await attempt(cut)) continue
        if (best.slice(at, at + length).some((choice) => choice > 0)) await attempt(zeroed)
        at += length
      }
    }
    for (let at = 0; at < best.length; at++) {
      for (let less = Math.floor(best[at]! / 2); less < (best[at] ?? 0);) {
        const lower = best.map((choice, i) => (i === at ? less : choice))
        if (await attempt(lower)) less = Math.floor(best[at]! / 2)
        else less += Math.max(1, Math.floor((best[at]! - less) / 2))
      }
    }
  }
  return best
}

const largestPiece = (length: number): number => 2 ** Math.floor(Math.log2(Math.max(1, length / 2)))

/** Fewer choices; of as many, those that are smaller at the first difference. */
function isSimpler(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return a.length < b.length
  const at = a.findIndex((choice, i) => choice !== b[i])
  return at >= 0 && a[at]! < b[at]!
}
