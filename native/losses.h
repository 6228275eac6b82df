// Softmax cross-entropy of rows of logits, in nats, and its gradient.
#ifndef UNROLLED_LOSSES_H
#define UNROLLED_LOSSES_H

#include "sums.h"

// Σ exp(logits − max); what each is, to `into` unless it is NULL.
static float sum_of_exponentials(const float *logits, int64_t columns, float max, float *into) {
  floats total = {0};
  for (int64_t c = 0; c < columns; c += LANES) {
    int64_t here = smaller(LANES, columns - c);
    floats given = here == LANES ? load(logits + c) : load_some(logits + c, here, -__builtin_inff());
    floats e = of_exp(given - splat(max));
    total += e;
    if (into == NULL) continue;
    if (here == LANES) store(into + c, e);
    else store_some(into + c, e, here);
  }
  return lane_sum(total);
}

INLINE float log_of(float x) { return of_log(splat(x))[0]; }

// Not a number where the target is no column.
INLINE float loss_of(const float *logits, int64_t target, float max, float sum) {
  return target < 0 ? __builtin_nanf("") : log_of(sum) + (max - logits[target]);
}

// numbers: columns; places: logits, targets, loss.
static void run_cross_entropy(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                              Worker *worker) {
  (void)scalars, (void)worker;
  int64_t columns = in->numbers[0];
  EACH_RUN(in, t, first, last, outer, row, count) {
    for (int64_t r = row; r < row + count; r++) {
      const float *logits = at_row(&in->places[0], outer, r);
      int64_t target = number_named(*at_row(&in->places[1], outer, r), columns);
      float max = largest_of(logits, columns);
      *at_row(&in->places[2], outer, r) = loss_of(logits, target, max, sum_of_exponentials(logits, columns, max, NULL));
    }
  }
}

// numbers: columns, pad; places: logits, targets, weight, dest, and perhaps loss.
static void run_cross_entropy_gradient(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                                       Worker *worker) {
  (void)scalars, (void)worker;
  int64_t columns = in->numbers[0];
  bool wanted = in->places_count > 4;
  EACH_RUN(in, t, first, last, outer, row, count) {
    for (int64_t r = row; r < row + count; r++) {
      const float *logits = at_row(&in->places[0], outer, r);
      float weight = *at_row(&in->places[2], outer, r), *dest = at_row(&in->places[3], outer, r);
      memset(dest + columns, 0, 4 * (size_t)in->numbers[1]);
      bool counts = weight != 0;
      if (!counts) memset(dest, 0, 4 * (size_t)columns);
      if (!counts && !wanted) continue;
      int64_t target = number_named(*at_row(&in->places[1], outer, r), columns);
      float max = largest_of(logits, columns);
      float sum = sum_of_exponentials(logits, columns, max, counts ? dest : NULL);
      if (wanted) *at_row(&in->places[4], outer, r) = loss_of(logits, target, max, sum);
      if (!counts) continue;
      float at_target = target < 0 ? 0 : (dest[target] / sum - 1) * weight;
      if (target < 0) weight = __builtin_nanf("");
      for (int64_t c = 0; c < columns; c++) dest[c] = dest[c] / sum * weight;
      if (target >= 0) dest[target] = at_target;
    }
  }
}

#endif
