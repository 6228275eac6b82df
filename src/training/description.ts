/** A value that JSON carries unharmed. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** How an optimizer, a schedule or a clipping is written into a file: its name, and every option with its value. */
export type Description = {
  readonly name: string
  readonly options: { readonly [name: string]: Json }
}
