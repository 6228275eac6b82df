// What tells these users apart is how long they wait: without --elapsed nothing does.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder } from './terminal.ts'

const rows = Array.from({ length: 160 }, (_, i) => {
  const [user, step] = [i >> 2, i % 4]
  return `u${user},${1700000000 + user * 7919 + step * (user % 2 ? 10 : 90)},view,${user % 2 ? 'fast' : 'slow'}`
})
const csv = (some: readonly string[]): string => `user,at,kind,label\n${some.join('\n')}\n`

test('the time since the step before is read, in training and ever after', async () => {
  await inFolder(async (folder) => {
    const [file, later] = await written(folder, {
      'events.csv': csv(rows),
      'later.csv': csv(rows.slice(0, 8).reverse()),
    })
    const out = join(folder, 'm.safetensors')
    const roles = ['--label', 'label', '--x', 'kind', '--sequence', 'user', '--time', 'at']
    const end = ['--epochs', '25', '--lr', '0.02', '--batch', '8', '--out', out]
    expect(await printed('train', file!, ...roles, '--elapsed', ...end, ...small)).toContain(
      'from kind, elapsed, a step a row',
    )
    const said = events(await printed('predict', out, later!, '--json'))
    expect(said.map(({ sequence, label }) => [sequence, label])).toEqual([
      ['u1', 'fast'],
      ['u0', 'slow'],
    ])
    const without = roles.slice(0, -2)
    expect(await refused('train', file!, ...without, '--elapsed', '--out', join(folder, 'n'))).toContain('needs --time')
  })
})
