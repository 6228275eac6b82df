/** So many names at most stand in a line. */
const most = 8

/** Names one after the other, of many the first. */
export const fewNames = (names: readonly (string | number | boolean)[]): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? ', …' : ''}`
