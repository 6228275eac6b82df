import { servePages } from '../../bench/browser/serve-pages.mjs'

/** A page that has not ended by then has stopped. */
const longestMs = 15 * 60_000

/**
 * Runs the tests of a page and reports them.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {{ name: string, headers: Record<string, string>, threads?: number, files: string[] }} page
 * @param {string[]} folders whose files are served
 * @param {string | undefined} name a pattern for the tests' names
 * @param {import('./report.mjs').Report} report
 */
export async function runPage(browser, { name: pageName, headers, threads, files }, folders, name, report) {
  const server = await servePages({ folders, headers })
  const context = await browser.newContext()
  const page = await context.newPage()
  const query = new URLSearchParams(files.map((file) => ['file', file]))
  if (threads !== undefined) query.set('threads', String(threads))
  if (name !== undefined) query.set('name', name)
  const crashed = new Promise((_, reject) => {
    page.on('crash', () => reject(new Error('the page crashed')))
    page.on('pageerror', (error) => reject(error))
  })
  try {
    await page.exposeFunction('tell', (outcome) => report.add(pageName, outcome))
    await page.exposeFunction('tellUnloaded', (file, error) => report.unloaded(pageName, file, error))
    await page.goto(`${server.origin}/index.html?${query}`)
    await Promise.race([
      page.waitForFunction(() => document.title === 'done', undefined, { timeout: longestMs }),
      crashed,
    ])
  } catch (error) {
    report.unloaded(pageName, '(the page itself)', String(error instanceof Error ? error.stack : error))
  } finally {
    await context.close()
    server.close()
  }
}
