import { UnrolledError } from 'unrolled'

/** Names and factors as an option gives them: `output.*=0.1`. */
export const factorsOf = (option: string, given: readonly string[], example: string): Record<string, number> =>
  Object.fromEntries(
    given.map((one) => {
      const [, name, factor] = /^(.+)=(.+)$/.exec(one) ?? []
      if (name !== undefined && factor !== undefined && factor.trim() !== '' && Number.isFinite(Number(factor))) {
        return [name, Number(factor)]
      }
      throw new UnrolledError('usage', `--${option} ${one}: say a name or pattern and a factor, as '${example}'`)
    }),
  )
