// Holds the public interface against its reports in docs/api, and each member against having a docstring; with --update, writes them anew.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')
const update = process.argv.includes('--update')
const reports = { index: 'unrolled', node: 'unrolled-node', graph: 'unrolled-graph' }
mkdirSync(`${root}/docs/api`, { recursive: true })

for (const [entry, report] of Object.entries(reports)) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: `${root}/api-extractor.json`,
    packageJsonFullPath: `${root}/package.json`,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: `${root}/dist/src/${entry}.d.ts`,
      bundledPackages: [],
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [`${root}/dist/src/${entry}.d.ts`],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: `${root}/docs/api`,
        reportTempFolder: `${root}/node_modules/.cache/api-report`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          // Types that the interface speaks of without exporting them are listed in the report.
          'ae-undocumented': { logLevel: 'error' },
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback(message) {
      message.handled = true
      if (message.logLevel === 'error') console.error(`${message.sourceFilePath ?? report}: ${message.text}`)
    },
  })
  if (apiReportChanged && !update) {
    console.error(
      `The public interface differs from docs/api/${report}.api.md. If that is meant: npm run api, and commit it.`,
    )
  }
  if (!succeeded || (apiReportChanged && !update)) process.exitCode = 1
}
