// Packed matrices in float32, in half precision, and in whole multiples of a column's scale.
#ifndef UNROLLED_FORMATS_H
#define UNROLLED_FORMATS_H

#include "kernels.h"
#include "target.h"

// The nearest half, ties to even, as IEEE 754 has it.
static inline uint16_t half_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint32_t sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (magnitude >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
  if (magnitude < 0x38800000) {
    // Adding one half brings a subnormal's last bit to the last bit of the sum, rounded.
    float small, half = 0.5f;
    memcpy(&small, &magnitude, 4);
    small += half;
    memcpy(&magnitude, &small, 4);
    return (uint16_t)(sign | (magnitude - 0x3f000000));
  }
  return (uint16_t)(sign | ((magnitude + 0xc8000fff + ((magnitude >> 13) & 1)) >> 13));
}

// LANES values of a packed matrix, from value `at` on; `scale` is that of these columns.
INLINE floats unpacked(const int format, const void *values, int64_t at, floats scale) {
  if (format == FLOAT32) return load((const float *)values + at);
  if (format == INT8) {
    const int8_t *bytes = (const int8_t *)values + at;
    // Compilers widen bytes to floats one at a time.
#if defined(TARGET_avx512)
    return (floats)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)bytes))) * scale;
#elif defined(TARGET_avx2)
    return (floats)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)bytes))) * scale;
#elif defined(TARGET_neon)
    int32_t four;
    memcpy(&four, bytes, 4);
    int16x8_t wide = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)));
    return (floats)vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide))) * scale;
#else
    typedef int8_t row __attribute__((vector_size(LANES), aligned(1), may_alias));
    return __builtin_convertvector(*(const row *)bytes, floats) * scale;
#endif
  }
  const uint16_t *halves = (const uint16_t *)values + at;
#if defined(TARGET_avx512)
  return (floats)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)halves));
#elif defined(TARGET_avx2)
  return (floats)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)halves));
#elif defined(TARGET_neon)
  return (floats)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves)));
#else
  typedef uint16_t shorts __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
  words bits = __builtin_convertvector(*(const shorts *)halves, words);
  words magnitude = bits & 0x7fff;
  ints special = magnitude >= 0x7c00, small = magnitude < 0x400;
  ints normal = (ints)(magnitude << 13) + (special & (112 << 23)) + (112 << 23);
  ints result = (ints)choose(small, to_floats((ints)magnitude) * splat(5.9604644775390625e-8f), (floats)normal);
  return (floats)(result | (ints)((bits & 0x8000) << 16));
#endif
}

#endif
