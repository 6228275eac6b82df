import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** How another waits for its turn. */
const others: Record<string, (callback: () => void) => void> = {
  setImmediate,
  setTimeout,
  MessageChannel(callback) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      callback()
    }
    port2.postMessage(0)
  },
}

test.each(Object.keys(others))(
  'others have their turn once 16 ms are over, and then not for as long: by %s',
  async (by) => {
    const later = others[by]!
    if (by !== 'setImmediate') vi.stubGlobal('setImmediate', undefined)
    if (by === 'setTimeout') vi.stubGlobal('MessageChannel', undefined)
    const { Turns } = await import('../../src/runtime/turn.ts')
    let now = 100
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const turns = new Turns()
    const had: boolean[] = []
    for (const passed of [0, 15.9, 0.1, 0, 15.9, 0.1]) {
      now += passed
      let taken = false
      later(() => (taken = true))
      await turns.take()
      had.push(taken)
      await new Promise<void>((resolve) => later(resolve))
    }
    expect(had).toEqual([false, false, true, false, false, true])
  },
)

test('no channel stays open behind a turn', async () => {
  vi.stubGlobal('setImmediate', undefined)
  const closed = vi.spyOn(MessagePort.prototype, 'close')
  const { Turns } = await import('../../src/runtime/turn.ts')
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(100)
  await new Turns().take()
  expect(closed).toHaveBeenCalledTimes(1)
})
