// Everything a page needs as one module: for `<script type="module">` without a bundler.
import { rolldown } from 'rolldown'

export async function bundleOneFile(/** @type {string} */ entry, /** @type {string} */ file) {
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    // What cannot be resolved in a page must fail here, not in the page.
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  await bundle.write({ file, format: 'esm', minify: true, codeSplitting: false })
  await bundle.close()
}
