// All kernels for one target, behind one table. Compiled once a target, with TARGET_name and that target's flags.
#include "contract.h"
#include "losses.h"
#include "pack.h"

#define JOINED(a, b) a##b
#define NAMED(a, b) JOINED(a, b)
#define STRING(a) #a
#define QUOTED(a) STRING(a)

static bool available(void) {
#if defined(TARGET_avx512)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw");
#elif defined(TARGET_avx2)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return true;
#endif
}

// As many chains as hide the latency, nothing but registers.
static double peak(int64_t rounds) {
  enum { CHAINS = 12 };
  floats chain[CHAINS];
  UNROLL for (int i = 0; i < CHAINS; i++) chain[i] = splat((float)i);
  floats factor = splat(0.999f), term = splat(0.001f);
  for (int64_t round = 0; round < rounds; round++) {
    UNROLL for (int i = 0; i < CHAINS; i++) chain[i] = multiply_add(chain[i], factor, term);
  }
  volatile float kept = 0;
  for (int i = 0; i < CHAINS; i++) kept += chain[i][0];
  (void)kept;
  return 2.0 * CHAINS * LANES * (double)rounds;
}

const Kernels NAMED(kernels_, TARGET) = {
  .name = QUOTED(TARGET),
  .panel = PANEL,
  .available = available,
#define RUN(NAME, name) [KIND_##NAME] = run_##name,
  .run = {EACH_KERNEL(RUN)},
  .row = run_row,
  .gemm_ta_scratch = gemm_ta_scratch,
  .peak = peak,
};
