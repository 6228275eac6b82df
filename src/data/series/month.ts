import { day } from './zone.ts'

/** Months since January 1970. */
export function monthOf(wall: number): number {
  const date = new Date(wall)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}

export const daysInMonth = (month: number): number => new Date(Date.UTC(1970, month + 1, 0)).getUTCDate()

export const isMonthEnd = (wall: number): boolean => monthOf(wall + day) !== monthOf(wall)
