// The vector of a target and what vectors can do beyond C's operators. One source is compiled once a target.
#ifndef UNROLLED_TARGET_H
#define UNROLLED_TARGET_H

#include <stdint.h>
#include <string.h>

#if defined(TARGET_avx512) || defined(TARGET_avx2)
#include <immintrin.h>
#elif defined(TARGET_neon)
#include <arm_neon.h>
#endif

// LANES floats a vector; a panel of a packed matrix is two vectors wide; a product's tile has up to TILE_ROWS rows.
#if defined(TARGET_avx512)
#define LANES 16
#define TILE_ROWS 12
#elif defined(TARGET_avx2)
#define LANES 8
#define TILE_ROWS 6
#elif defined(TARGET_neon)
#define LANES 4
#define TILE_ROWS 8
#else
#define LANES 4
#define TILE_ROWS 4
#endif
#define PANEL (2 * LANES)

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES)));
typedef float loose_floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
// Loops over the registers of a tile must vanish, or the tile lives in memory. Clang does not know gcc's word for it.
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

INLINE floats load(const float *at) { return *(const loose_floats *)at; }
INLINE void store(float *at, floats v) { *(loose_floats *)at = v; }
INLINE floats splat(float x) { return x - (floats){0}; }
INLINE ints splat_int(int32_t x) { return x - (ints){0}; }
INLINE floats choose(ints mask, floats a, floats b) { return (floats)((mask & (ints)a) | (~mask & (ints)b)); }
INLINE floats to_floats(ints v) { return __builtin_convertvector(v, floats); }

#if defined(TARGET_avx2)
INLINE __m256i first_lanes(int64_t count) {
  return (__m256i)((ints){0, 1, 2, 3, 4, 5, 6, 7} < splat_int((int32_t)count));
}
#endif

// The first `count` lanes, fewer than all; what lies behind them in memory is not touched.
INLINE void store_some(float *at, floats v, int64_t count) {
#if defined(TARGET_avx512)
  _mm512_mask_storeu_ps(at, (__mmask16)((1u << count) - 1), (__m512)v);
#elif defined(TARGET_avx2)
  _mm256_maskstore_ps(at, first_lanes(count), (__m256)v);
#else
  memcpy(at, &v, 4 * (size_t)count);
#endif
}

// The first `count` lanes, fewer than all, the others being `rest`.
INLINE floats load_some(const float *at, int64_t count, float rest) {
  floats v = splat(rest);
#if defined(TARGET_avx512)
  return (floats)_mm512_mask_loadu_ps((__m512)v, (__mmask16)((1u << count) - 1), at);
#elif defined(TARGET_avx2)
  __m256i mask = first_lanes(count);
  return choose((ints)mask, (floats)_mm256_maskload_ps(at, mask), v);
#else
  memcpy(&v, at, 4 * (size_t)count);
  return v;
#endif
}

// a · b + c, rounded once where the machine can. The choice is the target's, never the compiler's.
INLINE floats multiply_add(floats a, floats b, floats c) {
#if defined(TARGET_avx512)
  return (floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(TARGET_avx2)
  return (floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(TARGET_neon)
  return (floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

INLINE floats square_root(floats a) {
#if defined(TARGET_avx512)
  return (floats)_mm512_sqrt_ps((__m512)a);
#elif defined(TARGET_avx2)
  return (floats)_mm256_sqrt_ps((__m256)a);
#elif defined(TARGET_neon)
  return (floats)vsqrtq_f32((float32x4_t)a);
#else
  for (int lane = 0; lane < LANES; lane++) a[lane] = __builtin_sqrtf(a[lane]);
  return a;
#endif
}

// b where b < a, else a: a NaN in `a` stays.
INLINE floats at_most(floats a, floats b) { return choose(b < a, b, a); }
INLINE floats at_least(floats a, floats b) { return choose(a < b, b, a); }

// The sum and the largest of a vector's lanes, always in the same order.
INLINE float lane_sum(floats v) {
  float sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += v[lane];
  return sum;
}
INLINE float lane_max(floats v) {
  float max = v[0];
  for (int lane = 1; lane < LANES; lane++) max = v[lane] > max || v[lane] != v[lane] ? v[lane] : max;
  return max;
}

#endif
