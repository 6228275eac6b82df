import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { rolldown } from 'rolldown'

/** Test files ask for sources; a page is given what was built from them, and threads of its own kind. */
const built = (/** @type {string} */ root) => ({
  name: 'built',
  resolveId(/** @type {string} */ source, /** @type {string | undefined} */ importer) {
    if (importer === undefined || !source.startsWith('.')) return
    if (resolve(dirname(importer), source) === join(root, 'test/backends/threads.ts'))
      return join(root, 'test/browser/page/threads.ts')
    const [folder, ...rest] = relative(root, resolve(dirname(importer), source)).split(/[/\\]/)
    if (folder === 'src') return join(root, 'dist/src', ...rest).replace(/\.ts$/, '.js')
  },
})

/** What cannot be resolved in a page must fail, not be left for the page to find. */
const strictly = (/** @type {{ message: string }} */ warning) => {
  throw new Error(warning.message)
}

/**
 * The test files (without `.ts`, from the root) for a page, each under its own name, so that what it reads by its own
 * address is where it expects it.
 */
export async function bundleTests(
  /** @type {string} */ root,
  /** @type {string[]} */ files,
  /** @type {string} */ out,
) {
  const start = 'test/browser/page/start'
  const bundle = await rolldown({
    input: Object.fromEntries([start, ...files].map((name) => [name, join(root, `${name}.ts`)])),
    platform: 'browser',
    resolve: {
      // Not `source`: the built package is what runs.
      conditionNames: ['browser', 'import', 'default'],
      alias: {
        unrolled: join(root, 'dist/src/index.js'),
        vitest: join(root, 'test/browser/page/vitest.ts'),
        'node:fs': join(root, 'test/browser/page/node-fs.ts'),
      },
    },
    plugins: [built(root)],
    onwarn: strictly,
  })
  await bundle.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
  await bundle.close()
  // No script in the page itself: the policies that are tested forbid that.
  writeFileSync(join(out, 'index.html'), `<!doctype html><script type="module" src="/${start}.js"></script>\n`)
}

/** The application as its author would bundle it, the package found in node_modules. */
export async function bundleApp(/** @type {string} */ root, /** @type {string} */ out) {
  const home = join(out, 'home')
  mkdirSync(join(home, 'node_modules'), { recursive: true })
  symlinkSync(root, join(home, 'node_modules/unrolled'), 'junction')
  copyFileSync(join(root, 'test/browser/app.mjs'), join(home, 'app.mjs'))
  const bundle = await rolldown({ input: join(home, 'app.mjs'), platform: 'browser', onwarn: strictly })
  await bundle.write({ dir: join(out, 'app'), format: 'esm', minify: true })
  await bundle.close()
}
