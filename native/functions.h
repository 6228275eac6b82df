// exp, log and softplus on a vector, good to 4 ulp; sin, cos, erf and sigmoid, good to 2; tanh, good to 1.1. The coefficients are Chebyshev fits of the series left over
// after the exact leading terms; they are those of the WebAssembly kernels. NaN gives NaN.
#ifndef UNROLLED_FUNCTIONS_H
#define UNROLLED_FUNCTIONS_H

#include "target.h"

#define LOG2E 1.44269504088896341f
#define LN2 0.693147180559945309f
// ln 2 in two parts: the first has few bits, so that its product with an exponent is exact.
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440054690583e-4f
// Added to a float below 2²², leaves the nearest whole number in the lowest bits.
#define ROUNDING 12582912.0f
#define EXPONENT_BIAS 127

INLINE floats clamp(floats x, float low, float high) { return at_least(at_most(x, splat(high)), splat(low)); }

// c0 + c1 x + c2 x² + ...: pairs of terms first, so that fewer operations wait for one another than term by term.
INLINE floats polynomial3(floats x, floats squared, float c0, float c1, float c2) {
  return multiply_add(squared, splat(c2), multiply_add(x, splat(c1), splat(c0)));
}
INLINE floats polynomial5(floats x, floats squared, float c0, float c1, float c2, float c3, float c4) {
  floats high = multiply_add(squared, splat(c4), multiply_add(x, splat(c3), splat(c2)));
  return multiply_add(squared, high, multiply_add(x, splat(c1), splat(c0)));
}

// (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2.
INLINE floats exponential_rest(floats r, floats squared) {
  return polynomial5(r, squared, 0.5f, 0.1666657606f, 0.04166655346f, 0.008363333082f, 0.0013926376f);
}

// eˣ = 2ⁿ · fraction, n standing in the lowest bits of `bits`, `offset` added.
INLINE floats split(floats x, float offset, ints *bits) {
  floats magic = splat(ROUNDING + offset);
  floats whole = multiply_add(x, splat(LOG2E), magic);
  floats n = whole - magic;
  floats r = multiply_add(n, splat(-LN2_LOW), multiply_add(n, splat(-LN2_HIGH), x));
  floats squared = r * r;
  *bits = (ints)whole;
  return multiply_add(squared, exponential_rest(r, squared), splat(1) + r);
}

INLINE floats of_exp(floats x) {
  ints bits;
  floats fraction = split(clamp(x, -104, 89), 0, &bits);
  ints n = bits - splat_int(0x4b400000);
  ints half = n >> 1;
  // In two factors, so that the smallest and the largest results are right.
  floats first = (floats)((half + EXPONENT_BIAS) << 23);
  floats second = (floats)((n - half + EXPONENT_BIAS) << 23);
  return fraction * first * second;
}

// exp for −88 and below as almost 0, up to 88.7 as ∞: one scaling instead of two.
INLINE floats exponential_in_range(floats x) {
  ints bits;
  floats fraction = split(clamp(x, -88, 88.7f), EXPONENT_BIAS, &bits);
  return fraction * (floats)(bits << 23);
}

// 1 / (1 + e⁻ˣ), e⁻ˣ being 2ⁿ (1 + `less1`): 1 + 2ⁿ is exact for all but the largest n, so that little is rounded before the quotient.
INLINE floats of_sigmoid(floats x) {
  floats given = clamp(x, -88.3f, 88);
  floats magic = splat(ROUNDING + EXPONENT_BIAS);
  floats whole = multiply_add(given, splat(-LOG2E), magic);
  floats n = whole - magic;
  floats r = multiply_add(n, splat(-LN2_LOW), multiply_add(n, splat(-LN2_HIGH), -given));
  floats squared = r * r;
  floats less1 = multiply_add(squared, exponential_rest(r, squared), r);
  floats scale = (floats)((ints)whole << 23);
  floats sum = scale + splat(1), lost = splat(1) - (sum - scale);
  return splat(1) / (sum + multiply_add(less1, scale, lost));
}

// Below 0.9 x + x³ p(x²), above 1 − 1 / ½(1 + e²ˣ), half of everything so that x need not be doubled; of |x|, with the sign of x.
INLINE floats of_tanh(floats x) {
  floats size = (floats)((ints)x & INT32_MAX), given = at_most(size, splat(10));
  floats magic = splat(ROUNDING + EXPONENT_BIAS);
  floats whole = multiply_add(given, splat(2 * LOG2E), magic);
  floats n = whole - magic;
  floats scale = (floats)((ints)whole << 23);
  // The low part of ln 2 matters only where tanh is already ±1.
  floats r = multiply_add(n, splat(-LN2 / 2), given);
  floats squared = r * r;
  floats rest = polynomial5(r, squared, 2 * 0.5f, 4 * 0.1666657606f, 8 * 0.04166655346f, 16 * 0.008363333082f, 32 * 0.0013926376f);
  floats less1 = multiply_add(squared, rest, r);
  floats large = splat(1) - splat(1) / multiply_add(less1, scale, multiply_add(scale, splat(0.5f), splat(0.5f)));
  floats z = x * x, zz = z * z;
  floats p = multiply_add(zz, splat(-0.0004554562408f), multiply_add(z, splat(0.002582657163f), splat(-0.008264531848f)));
  p = multiply_add(zz, p, multiply_add(z, splat(0.0216635358f), splat(-0.05392929969f)));
  p = multiply_add(zz, p, multiply_add(z, splat(0.1333297824f), splat(-0.3333332226f)));
  floats small = multiply_add(size * z, p, size);
  return (floats)((ints)choose(size < splat(0.9f), small, large) | ((ints)x & INT32_MIN));
}

// 2 atanh(s) = log((1 + s) / (1 − s)) from 2 s, `rest` being (atanh(s) / s − 1) / s².
INLINE floats twice_atanh(floats twice, floats squared, floats rest) { return multiply_add(twice * squared, rest, twice); }

INLINE floats of_log(floats given) {
  ints tiny = given < splat(1.17549435e-38f);
  floats scaled = choose(tiny, given * splat(8388608), given);
  words bits = (words)scaled;
  // The exponent that leaves a mantissa between √½ and √2.
  ints exponent = (ints)(bits - 0x3f3504f3u) >> 23;
  floats mantissa = (floats)(bits - ((words)exponent << 23));
  floats e = to_floats(exponent) - (floats)(tiny & (ints)splat(23));
  floats s = (mantissa - splat(1)) / (mantissa + splat(1));
  floats z = s * s;
  floats twice = twice_atanh(s + s, z, polynomial3(z, z * z, 0.3333334267f, 0.1999432697f, 0.1479284039f));
  floats value = multiply_add(e, splat(LN2_HIGH), multiply_add(e, splat(LN2_LOW), twice));
  ints usual = (given > splat(0)) & (given < splat(__builtin_inff()));
  // The root has the right NaN and ∞ already; zero becomes −∞.
  ints zero = given == splat(0);
  floats unusual = choose(zero, splat(-__builtin_inff()), square_root(given));
  return choose(usual, value, unusual);
}

INLINE floats of_softplus(floats x) {
  floats magnitude = (floats)((ints)x & 0x7fffffff);
  floats u = exponential_in_range(-magnitude);
  // Doubled from the start: half of the smallest results would be flushed to zero.
  floats twice = (u + u) / (u + splat(2));
  floats z = twice * twice * splat(0.25f);
  floats rest = polynomial5(z, z * z, 0.3333333366f, 0.199998526f, 0.1429620963f, 0.1085277101f, 0.1161483144f);
  return choose(x != x, x, at_least(x, splat(0)) + twice_atanh(twice, z, rest));
}

// The angle less the nearest multiple of π/2, and in the lowest bits of `quarters` which multiple that is. In 64 bits, with the
// multiple's first 33 bits times whole numbers below 2²⁰ exact: to the last place for |x| below 1.6e6. Further on it is off by some
// |x| · 2⁻⁵³, and what is beyond 2³¹ counts as 2³¹.
INLINE floats reduced_angle(floats x, ints *quarters) {
  typedef double doubles __attribute__((vector_size(8 * LANES)));
  typedef int64_t longs __attribute__((vector_size(8 * LANES)));
  doubles angle = __builtin_convertvector(at_most(x, splat(2147483648.0f)), doubles);
  // Added to a number below 2⁵¹, leaves the nearest whole number in the lowest bits.
  doubles whole = angle * 0.63661977236758134308 + 6755399441055744.0;
  doubles n = whole - 6755399441055744.0;
  *quarters = __builtin_convertvector((longs)whole, ints);
  return __builtin_convertvector((angle - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11, floats);
}

// The sine of an angle that is not negative, `turned` by so many quarters.
INLINE floats sine_of(floats x, int turned) {
  ints quarters;
  floats r = reduced_angle(x, &quarters), squared = r * r;
  quarters += splat_int(turned);
  floats sine = multiply_add(squared, multiply_add(squared, splat(2.86567956e-6f), splat(-1.98559923e-4f)), splat(8.33338592e-3f));
  sine = multiply_add(multiply_add(squared, sine, splat(-0.166666672f)), squared * r, r);
  floats cosine = multiply_add(squared, multiply_add(squared, splat(2.44677067e-5f), splat(-1.38877297e-3f)), splat(4.16666567e-2f));
  cosine = multiply_add(multiply_add(squared, cosine, splat(-0.5f)), squared, splat(1));
  ints odd = (quarters & 1) != 0;
  floats result = (floats)((ints)choose(odd, cosine, sine) ^ ((quarters & 2) << 30));
  return choose(x < splat(__builtin_inff()), result, splat(__builtin_nanf("")));
}

INLINE floats of_cos(floats x) { return sine_of((floats)((ints)x & INT32_MAX), 1); }
// Zero keeps its sign.
INLINE floats of_sin(floats x) {
  return (floats)((ints)sine_of((floats)((ints)x & INT32_MAX), 0) ^ ((ints)x & INT32_MIN));
}

// Below 475/512 x + x · p(x²), above 1 − exp(−|x| + |x| · q(|x|)); both fits are N. Juffa's.
INLINE floats of_erf(floats x) {
  floats t = (floats)((ints)x & INT32_MAX), squared = x * x;
  floats low = multiply_add(squared, splat(-5.96761703e-4f), splat(4.99119423e-3f));
  low = multiply_add(squared, multiply_add(squared, low, splat(-2.67681349e-2f)), splat(0.112819925f));
  low = multiply_add(multiply_add(squared, multiply_add(squared, low, splat(-0.376125336f)), splat(0.128379166f)), x, x);
  floats high = multiply_add(t, splat(-1.72853470e-5f), splat(3.83197126e-4f));
  high = multiply_add(high, squared, multiply_add(t, splat(-3.88396438e-3f), splat(2.42546219e-2f)));
  high = multiply_add(high, t, splat(-0.106777877f));
  high = multiply_add(high, t, splat(-0.634846687f));
  high = multiply_add(high, t, splat(-0.128717512f));
  high = splat(1) - exponential_in_range(multiply_add(high, t, -t));
  return choose(t > splat(0.927734375f), (floats)((ints)high | ((ints)x & INT32_MIN)), low);
}

#endif
