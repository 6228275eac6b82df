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
  .run = {
    [KIND_ROWS] = run_rows,
    [KIND_PACK] = run_pack,
    [KIND_GEMM] = run_gemm,
    [KIND_GEMM_TA] = run_gemm_ta,
    [KIND_GATHER] = run_gather,
    [KIND_SCATTER_ADD] = run_scatter_add,
    [KIND_SUM_ROWS] = run_sum_rows,
    [KIND_REDUCE_COLUMNS] = run_reduce_columns,
    [KIND_CROSS_ENTROPY] = run_cross_entropy,
    [KIND_CROSS_ENTROPY_GRADIENT] = run_cross_entropy_gradient,
    [KIND_SUM_SQUARES] = run_sum_squares,
    [KIND_RANDOM] = run_random,
    [KIND_FILL] = run_fill,
  },
  .row = run_row,
  .gemm_ta_scratch = gemm_ta_scratch,
  .peak = peak,
};
