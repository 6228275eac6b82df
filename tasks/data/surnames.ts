import { allLocales } from '@faker-js/faker'
import { splitTable, table, type Table } from 'unrolled'

/** Countries whose surnames faker knows a hundred or more of, in Latin letters, by its locale. */
const countries = {
  Croatia: 'hr',
  Czechia: 'cs_CZ',
  Denmark: 'da',
  England: 'en',
  France: 'fr',
  Germany: 'de',
  Ghana: 'en_GH',
  Hungary: 'hu',
  Indonesia: 'id_ID',
  Italy: 'it',
  Latvia: 'lv',
  Netherlands: 'nl',
  Nigeria: 'en_NG',
  Norway: 'nb_NO',
  Poland: 'pl',
  Portugal: 'pt_PT',
  Romania: 'ro',
  Senegal: 'fr_SN',
  Serbia: 'sr_RS_latin',
  Slovakia: 'sk',
  Slovenia: 'sl_SI',
  'South Africa': 'af_ZA',
  Spain: 'es',
  Sweden: 'sv',
  Turkey: 'tr',
  Uzbekistan: 'uz_UZ_latin',
} as const

/** Surnames in small letters and the country of each; those of several countries are left out. Training and test, a fifth of each country. */
export async function surnames(share: number): Promise<readonly [training: Table, test: Table]> {
  const homes = new Map<string, string[]>()
  for (const [country, locale] of Object.entries(countries)) {
    const lists = Object.values(allLocales[locale].person?.last_name ?? {}).flatMap((list) => list ?? [])
    const names = new Set(lists.map((name) => name.toLowerCase()))
    for (const name of names) homes.set(name, [...(homes.get(name) ?? []), country])
  }
  const records = [...homes].flatMap(([name, [country, ...others]]) => (others.length > 0 ? [] : [{ name, country }]))
  const every = Math.round(1 / share)
  const some = records.filter((_, i) => i % every === 0)
  return splitTable(await table(some, { name: 'surnames' }), { share: 0.2, by: { class: 'country' }, seed: 1 })
}
