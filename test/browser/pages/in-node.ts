/** What the application of app.mjs gave, here or in Node. */
export interface Learnt {
  readonly losses: readonly number[]
  readonly text: string
  readonly again: string
  readonly weights: Readonly<Record<string, readonly number[]>>
  readonly bytes: number
}

interface App {
  learn(engine: {
    kernels?: string
    threads?: number
  }): Promise<{ ran: { backend: string; kernels: string; threads: number }; result: Learnt }>
}

/** The application, bundled as its author would, and loaded by its address. */
export async function app(): Promise<App> {
  // An address that is known only here: no other bundle may take it in.
  return (await import(new URL('/app/app.js', location.href).href)) as App
}

/** What it gave in Node with the same kernels; null where this Node has not got them. */
export async function inNode(kernels: string): Promise<Learnt | null> {
  const response = await fetch(`/in-node/${kernels}.json`)
  if (!response.ok) throw new Error(`what Node gave with ${kernels} is not there`)
  return (await response.json()) as Learnt | null
}
