import { expect, test } from 'vitest'
import { masked } from '../../src/data/index.ts'

test.each([
  ['2024-01-31T17:00:00.123Z INFO job 17 took 3.5ms', '<time> INFO job <number> took <number>ms'],
  ['2024-01-31 17:00:00,123 +0100 [12] x=-4', '<time> [<number>] x=<number>'],
  ['Nov  6 16:00:38 host sshd[4242]: from 10.0.0.3:22 port 22', '<time> host sshd[<number>]: from <id> port <number>'],
  ['10.1.2.3 - - [10/Oct/2000:13:55:36 -0700] "GET /a7/b" 200', '<id> - - [<time>] "GET /a7/b" <number>'],
  ['id 123e4567-e89b-12d3-a456-426614174000 at 0x7ffe, 00:1a:2b:3c:4d:5e', 'id <id> at <id>, <id>'],
  ['commit 8094a7dbeef of blk_-1608999687919862906 deadbeef eth0', 'commit <id> of blk_<number> deadbeef eth0'],
  ['1-2 and 31.12.2024, 12:30', '<number>-<number> and <time>'],
  ['version 1.2.3 is 1,234.5', 'version <number> is <number>'],
])('%s', (line, wanted) => {
  expect(masked(line)).toBe(wanted)
  expect(masked(wanted)).toBe(wanted)
})

test('only what is asked for is replaced, in every line', () => {
  const text = '12:00:01 a 10.0.0.1\n12:00:02 b 7\n'
  expect(masked(text, { ids: false, numbers: false })).toBe('<time> a 10.0.0.1\n<time> b 7\n')
  expect(masked(text, { times: false, numbers: false })).toBe('12:00:01 a <id>\n12:00:02 b 7\n')
  expect(masked(text)).toBe('<time> a <id>\n<time> b <number>\n')
  expect(() => masked(text, { time: true } as never)).toThrow('did you mean times?')
  expect(() => masked(text, { times: 1 } as never)).toThrow('masked: times is 1; it must be true or false')
})

test('what is no string is told of', () => {
  expect(() => masked({ string: '12:00' } as never)).toThrow('masked: the text is an object; it must be a string')
})
