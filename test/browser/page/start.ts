/** Runs test files in a page: /?threads=2&file=test/a.test&file=test/b.test. What comes out is told test by test. */
import { startTests, type Test, type VitestRunner } from '@vitest/runner'
import { vi } from './vitest.ts'

/** A test that has run. */
export interface Outcome {
  readonly file: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly milliseconds: number
  readonly errors: readonly string[]
}

/** Whoever drives the page listens here. */
declare function tell(outcome: Outcome): Promise<void>
declare function tellUnloaded(file: string, error: string): Promise<void>

const asked = new URL(location.href).searchParams
const threads = asked.get('threads')
if (threads !== null) {
  // The number of threads where a test names none: as in Node by the environment, and as on a machine with that many cores.
  Object.assign(globalThis, { process: { env: { UNROLLED_THREADS: threads } } })
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: Number(threads), configurable: true })
}

const nameOf = (test: Test): string => {
  const names = [test.name]
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name)
  return names.join(' > ')
}

const waiting: Promise<void>[] = []

const runner: VitestRunner = {
  config: {
    root: '/',
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: asked.has('name') ? new RegExp(asked.get('name')!) : undefined,
    allowOnly: false,
    sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: (file) => import(`${file}.js`),
  onCollected(files) {
    for (const { filepath, result } of files) {
      if (result?.state === 'fail')
        waiting.push(
          tellUnloaded(filepath, result.errors?.map(({ stack, message }) => stack ?? message).join('\n') ?? ''),
        )
    }
  },
  // As vitest.config.ts has it in Node.
  onBeforeTryTask() {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  },
  onAfterRunTask(test) {
    const { state, duration = 0, errors = [] } = test.result ?? {}
    waiting.push(
      tell({
        file: test.file.filepath,
        name: nameOf(test),
        state: state === 'pass' ? 'passed' : state === 'fail' ? 'failed' : 'skipped',
        milliseconds: duration,
        errors: errors.map(({ stack, message, diff }) => [stack ?? message, diff].filter(Boolean).join('\n')),
      }),
    )
  },
}

for (const file of asked.getAll('file')) await startTests([`/${file}`], runner)
await Promise.all(waiting)
document.title = 'done'
