import { campaign, findingText, type Kind } from './campaign.ts'
import { Draws } from './draws.ts'

/** Programs by test, so that what fails first is said early. */
export const block = 60
export const seeds = [0, 1, 2, 3, 4].map((i) => 1000 * i)

/** Tries a block of random programs: what was found, as text, and how many ran away or were refused. */
export async function tryBlock<Case>(kind: Kind<Case>, seed: number, count = block) {
  const findings: string[] = []
  const { wild, refused } = await campaign(
    kind,
    seed,
    ({ tried }) => tried >= count || findings.length >= 3,
    (finding) => findings.push(findingText(finding)),
  )
  return { found: findings.join('\n'), wild, refused }
}

/** The programs that the blocks begin with. */
export const ofBlocks = <Case>({ generate }: Kind<Case>): Case[] =>
  seeds.flatMap((seed) => Array.from({ length: block }, (_, i) => generate(new Draws(seed + i)) ?? []).flat() as Case[])
