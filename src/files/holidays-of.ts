import type * as DateHolidays from 'date-holidays'
import type { HolidaySource } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { wrongOption } from '../options.ts'

/** The holidays of a country, a state or a region of it, as the package date-holidays knows them, which whoever needs it installs. */
export async function holidaysIn(place: string): Promise<HolidaySource> {
  const { default: Holidays } = await loaded()
  const [country = '', state = '', region = ''] = String(place).split('-')
  const known = new Holidays()
  check(place, country, known.getCountries())
  if (state !== '') check(place, state, known.getStates(country))
  if (region !== '') check(place, region, known.getRegions(country, state))
  return new Holidays({ country, state, region })
}

function check(place: string, code: string, known: Readonly<Record<string, string>> | undefined): void {
  if (known && Object.hasOwn(known, code)) return
  const codes = Object.keys(known ?? {})
  throw wrongOption('holidaysOf', 'place', place, codes.length > 0 ? `of ${codes.join(', ')}` : `without ${code}`)
}

async function loaded(): Promise<typeof DateHolidays> {
  try {
    return await import('date-holidays')
  } catch (cause) {
    throw new UnrolledError(
      'option',
      'holidaysOf: the package date-holidays knows holidays: npm install date-holidays; or give series a list of dates',
      { cause },
    )
  }
}
