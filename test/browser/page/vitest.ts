/**
 * `vitest` as the tests import it, for a page: vitest's own runner, matchers and spies, without what needs Node. What is
 * missing here (snapshots, mocked modules) fails when the bundle is made.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  customMatchers,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
  type ExpectStatic,
} from '@vitest/expect'
import { fn, restoreAllMocks, spyOn } from '@vitest/spy'
import * as chai from 'chai'

export { afterAll, afterEach, beforeAll, beforeEach, describe, test } from '@vitest/runner'

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

const asymmetric: object = (globalThis as never)[ASYMMETRIC_MATCHERS_OBJECT]
export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  asymmetric,
) as unknown as ExpectStatic
setState({ assertionCalls: 0, isExpectingAssertions: false }, expect)
// What is extended is named, as there may be several.
;(expect as unknown as { extend(of: ExpectStatic, matchers: object): void }).extend(expect, customMatchers)

/** Types are checked with all the others, before anything runs. */
export function expectTypeOf(): unknown {
  const anything: unknown = new Proxy(() => anything, { get: () => anything })
  return anything
}

const stubbed = new Map<string, PropertyDescriptor | undefined>()

export const vi = {
  fn,
  spyOn,
  restoreAllMocks,
  stubGlobal(name: string, value: unknown): void {
    if (!stubbed.has(name)) stubbed.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: true, writable: true })
  },
  unstubAllGlobals(): void {
    for (const [name, descriptor] of stubbed) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor)
      else Reflect.deleteProperty(globalThis, name)
    }
    stubbed.clear()
  },
}
