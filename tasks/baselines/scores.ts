/** 2 · precision · recall ÷ (precision + recall) of one label; 0 where nothing is right. */
export function f1(is: readonly string[], said: readonly string[], label: string): number {
  const right = is.filter((one, i) => one === label && said[i] === label).length
  const count = is.filter((one) => one === label).length + said.filter((one) => one === label).length
  return right === 0 ? 0 : (2 * right) / count
}

/** The mean F1 of all labels that there are. */
export function macroF1(is: readonly string[], said: readonly string[]): number {
  const labels = [...new Set(is)]
  return labels.reduce((sum, label) => sum + f1(is, said, label), 0) / labels.length
}

export const accuracy = (is: readonly string[], said: readonly string[]): number =>
  is.filter((one, i) => one === said[i]).length / is.length
