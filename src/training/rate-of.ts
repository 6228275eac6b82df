import { checkNumber } from '../options.ts'
import type { Schedule } from './schedules/index.ts'

/** The learning rate of an update, which a schedule of one's own may give wrongly. */
export const rateOf = (schedule: Schedule, ...at: Parameters<Schedule['lr']>): number =>
  checkNumber(`train: the schedule ${schedule.name}`, `the rate of update ${at[0]}`, schedule.lr(...at), { from: 0 })
