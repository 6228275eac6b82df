import { readFile } from 'node:fs/promises'
import { nearest, UnrolledError } from 'unrolled'
import { kebab, type OptionRule, type Options } from './command.ts'

/** Reads a config file and holds it against the options of its command. */
export async function readConfig(path: string, rules: readonly OptionRule[]): Promise<Options> {
  const fail = (what: string): never => {
    throw new UnrolledError('usage', `${path}: ${what}`)
  }
  const text = await readFile(path, 'utf8').catch((error: Error) => fail(error.message))
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch (error) {
    return fail(`no JSON: ${(error as Error).message}`)
  }
  return checkedOptions(config, rules, fail)
}

/** An object from outside as the options it stands for; names may be written as in code or as on the command line. */
export function checkedOptions(config: unknown, rules: readonly OptionRule[], fail: (what: string) => never): Options {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return fail('an object is needed')
  const result: Record<string, string | number | boolean | readonly string[]> = {}
  for (const [key, value] of Object.entries(config)) {
    const rule = rules.find(({ name }) => name === key || kebab(name) === key)
    if (!rule) {
      const close = nearest(
        key,
        rules.map(({ name }) => name),
      )
      return fail(`there is no option ${key}${close ? `; did you mean ${close}?` : ''}`)
    }
    result[rule.name] = checked(rule, value, fail)
  }
  return result
}

function checked(
  rule: OptionRule,
  value: unknown,
  fail: (what: string) => never,
): string | number | boolean | readonly string[] {
  const isText = (item: unknown): item is string | number => typeof item === 'string' || typeof item === 'number'
  switch (rule.type) {
    case 'switch':
      return typeof value === 'boolean' ? value : fail(`${rule.name} must be true or false`)
    case 'number':
      return typeof value === 'number' ? value : fail(`${rule.name} must be a number`)
    case 'text':
      if (Array.isArray(value) && value.every(isText)) return value.join(',')
      return isText(value) ? String(value) : fail(`${rule.name} must be a text`)
    case 'texts':
      if (isText(value)) return [String(value)]
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? value
        : fail(`${rule.name} must be an array of texts`)
  }
}
