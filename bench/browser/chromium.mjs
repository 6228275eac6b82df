import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * A Chromium that is installed on this machine: the one that `CHROMIUM` names, else one where a system's packages put it.
 * None is ever downloaded.
 */
export function findChromium() {
  const named = process.env['CHROMIUM']
  if (named) return existsSync(named) ? named : undefined
  return places.find((path) => existsSync(path))
}

/** Starts it without a window. */
export async function startChromium(/** @type {string} */ executablePath) {
  // Loaded only here: whoever has no Chromium needs no driver.
  const { chromium } = await import('playwright-core')
  // The sandbox cannot be had as root, which is what a container is run as.
  const root = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: ['--disable-dev-shm-usage', ...(root ? ['--no-sandbox'] : [])] })
}
