import { UnrolledError } from '../../error.ts'

/** How engines say that they may not: Chromium and Safari, Firefox, and V8 where its embedder forbids it. */
const refusal = /unsafe-eval|Content Security|CSP|disallowed by embedder/i

/**
 * Compiles a module of ours.
 * @throws UnrolledError `policy` where a page's content policy, or the place where the code runs, forbids WebAssembly to be made.
 */
export async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw named(cause)
  }
}

/** The same at once, for a module of a few bytes: a page may not make a larger one on its own thread. */
export function compileSmall(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes)
  } catch (cause) {
    throw named(cause)
  }
}

/** Why nothing was compiled; a policy is named, all else is told as it is. */
function named(cause: unknown): unknown {
  if (!(cause instanceof Error) || !refusal.test(cause.message)) return cause
  return new UnrolledError(
    'policy',
    `WebAssembly may not be compiled here (${cause.message}): a page's Content-Security-Policy has to allow ` +
      "script-src 'wasm-unsafe-eval'; where that cannot be, the backend 'reference' computes without, slowly",
    { cause },
  )
}
