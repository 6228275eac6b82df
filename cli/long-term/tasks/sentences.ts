import { uniform } from 'unrolled'
import type { LongTermTask } from '../task.ts'

/** Who grew up where speaks what, as ISO 3166 and ISO 639 call them; the first is the lecture's own. */
const pairs =
  'CA-fr FR-fr DE-de AT-de IT-it ES-es MX-es JP-ja CN-zh RU-ru PT-pt BR-pt PL-pl TR-tr GR-el SE-sv NL-nl VN-vi HU-hu FI-fi'
    .split(' ')
    .map((pair) => pair.split('-'))
const regions = new Intl.DisplayNames('en', { type: 'region' })
const names = new Intl.DisplayNames('en', { type: 'language' })
const countries = pairs.map(([region]) => regions.of(region!)!.replaceAll(' ', '-'))
const spoken = pairs.map(([, language]) => names.of(language!)!)
const languages = [...new Set(spoken)]

/** What is told in between; `*` is another country. Whatever is left to say can be said. */
const told = [
  'well',
  'anyway ,',
  'it rained .',
  'we had a dog .',
  'my sister lives in * .',
  'every summer we went to * .',
  'my best friend came from * and played chess .',
  'one day a letter from * was in the box .',
].map((words) => words.split(' '))

const begin = 'I grew up in'.split(' ')
const end = '. I speak fluently'.split(' ')
const words = [...new Set([...begin, ...end, ...told.flat().filter((word) => word !== '*'), ...countries])]

/** The words of a text, with `distance` steps from the country to the end. */
function textOf(country: string, distance: number, draw: (at: number) => number): string[] {
  const text = [...begin, country, '.']
  const length = begin.length + 1 + distance - (end.length - 1)
  while (text.length < length) {
    const room = length - text.length
    const possible = told.filter((words) => words.length <= room)
    const chosen = possible[Math.floor(draw(text.length) * possible.length)]!
    for (const word of chosen) {
      const at = Math.floor(draw(1e6 + text.length) * countries.length)
      text.push(word === '*' ? countries[at]! : word)
    }
  }
  return [...text, ...end.slice(1)]
}

/** The lecture's own: "I grew up in Canada … I speak fluently French", with other countries in between. */
export const sentences: LongTermTask & { read(distance: number, seed: number, index: number): string } = {
  name: 'sentences',
  says: `"I grew up in ${countries[0]} … I speak fluently": which of ${languages.length} languages`,
  input: { symbols: words.length },
  classes: languages.length,
  answers: 'once',
  // Of twenty countries two speak the most frequent languages.
  guessing: 2 / countries.length,
  solved: 0.03,
  // The full stop is one of the words between.
  shortest: end.length,
  draw(distance, seed, index) {
    const { text, answer } = drawn(distance, seed, index)
    return { x: text.map((word) => words.indexOf(word)), target: [languages.indexOf(answer)] }
  },
  read(distance, seed, index) {
    const { text, answer } = drawn(distance, seed, index)
    return [...text, answer].join(' ').replaceAll(/ ([.,])/g, '$1')
  },
}

function drawn(distance: number, seed: number, index: number): { readonly text: string[]; readonly answer: string } {
  const which = Math.floor(uniform(seed, 8, 0, index, 0) * countries.length)
  const text = textOf(countries[which]!, distance, (at) => uniform(seed, 9, at, index, 0))
  return { text, answer: spoken[which]! }
}
