import type { ProductRateOptions } from './measured-product.ts'

/**
 * Measures how fast the backend multiplies matrices here: floating-point operations a second in GFLOP/s, the best of short
 * stretches. What a training step reaches is held against this.
 */
export async function productRate(options: ProductRateOptions = {}): Promise<number> {
  // What people seldom ask for need not be fetched by every page.
  const { measuredProduct } = await import('./measured-product.ts')
  return measuredProduct(options)
}
