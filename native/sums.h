// Sums over rows, over columns, and of squares.
#ifndef UNROLLED_SUMS_H
#define UNROLLED_SUMS_H

#include "rows.h"

// Which of `count` rows or columns a float names; −1 where it is none of them.
INLINE int64_t number_named(float id, int64_t count) {
  if (!(id >= 0 && id < 2147483648.0f)) return -1;
  int64_t number = (int64_t)id;
  return (float)number == id && number < count ? number : -1;
}

INLINE void add_columns(float *to, const float *from, int64_t columns) {
  int64_t c = 0;
  for (; c + LANES <= columns; c += LANES) store(to + c, load(to + c) + load(from + c));
  for (; c < columns; c++) to[c] += from[c];
}

// Vectors of columns summed over all rows at once.
#define SUM_VECTORS 8

// numbers: columns, chunk; places: source, dest. Columns first to last.
static void run_sum_rows(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                         Worker *worker) {
  (void)scalars, (void)worker;
  const Place *source = &in->places[0], *dest = &in->places[1];
  int64_t chunk = in->numbers[1], rows = in->rows;
  if (in->outer == 0) return;
  for (int64_t begin = (in->outer - 1) / chunk * chunk; begin >= 0; begin -= chunk) {
    int64_t end = smaller(begin + chunk, in->outer);
    if (dest->stride != 0 || dest->pitch != 0) {
      for (int64_t o = t + begin; o < t + end; o++)
        for (int64_t r = 0; r < rows; r++)
          add_columns(at_row(dest, o, r) + first, at_row(source, o, r) + first, last - first);
      continue;
    }
    // A vector that reaches over the last column reads more than it writes.
    for (int64_t c = first; c < last; c += SUM_VECTORS * LANES) {
      int64_t vectors = smaller(SUM_VECTORS, (last - c + LANES - 1) / LANES);
      floats sums[SUM_VECTORS];
      for (int v = 0; v < SUM_VECTORS; v++) sums[v] = (floats){0};
      for (int64_t o = t + begin; o < t + end; o++)
        for (int64_t r = 0; r < rows; r++) {
          const float *from = at_row(source, o, r) + c;
          for (int64_t v = 0; v < vectors; v++) sums[v] += load(from + v * LANES);
        }
      for (int64_t v = 0; v < vectors; v++) {
        float *to = dest->at + t * dest->stride + c + v * LANES;
        int64_t here = smaller(LANES, last - c - v * LANES);
        if (here == LANES) store(to, load(to) + sums[v]);
        else
          for (int64_t lane = 0; lane < here; lane++) to[lane] += sums[v][lane];
      }
    }
  }
}

static float sum_of(const float *row, int64_t columns) {
  floats total = {0};
  int64_t c = 0;
  for (; c + LANES <= columns; c += LANES) total += load(row + c);
  if (c < columns) total += load_some(row + c, columns - c, 0);
  return lane_sum(total);
}

static float largest_of(const float *row, int64_t columns) {
  floats total = splat(-__builtin_inff());
  int64_t c = 0;
  for (; c + LANES <= columns; c += LANES) total = of_max(total, load(row + c));
  if (c < columns) total = of_max(total, load_some(row + c, columns - c, -__builtin_inff()));
  return lane_max(total);
}

// numbers: columns, 1 for the maximum; places: source, dest.
static void run_reduce_columns(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                               Worker *worker) {
  (void)scalars, (void)worker;
  int64_t columns = in->numbers[0];
  EACH_RUN(in, t, first, last, outer, row, count) {
    for (int64_t r = row; r < row + count; r++) {
      const float *source = at_row(&in->places[0], outer, r);
      *at_row(&in->places[1], outer, r) = in->numbers[1] ? largest_of(source, columns) : sum_of(source, columns);
    }
  }
}

// numbers: columns; places: source, dest. Each block's sum to `sums`; the first thread adds them up when all are there.
static void run_sum_squares(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                            Worker *worker) {
  (void)scalars, (void)worker;
  const float *source = at_row(&in->places[0], t, 0);
  typedef double doubles __attribute__((vector_size(8 * LANES)));
  for (int64_t block = first; block < last; block++) {
    int64_t end = smaller((block + 1) * SQUARES_BLOCK, in->numbers[0]), c = block * SQUARES_BLOCK;
    doubles total = {0};
    for (; c < end; c += LANES) {
      floats values = end - c >= LANES ? load(source + c) : load_some(source + c, end - c, 0);
      doubles wide = __builtin_convertvector(values, doubles);
      total += wide * wide;
    }
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += total[lane];
    in->sums[block] = sum;
  }
}

// numbers: columns, chunk; places: weight, source, dest. Columns first to last.
static void run_weighted_sum(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                             Worker *worker) {
  (void)scalars, (void)worker;
  int64_t chunk = in->numbers[1];
  if (in->outer == 0) return;
  for (int64_t begin = (in->outer - 1) / chunk * chunk; begin >= 0; begin -= chunk)
    for (int64_t o = t + begin; o < t + smaller(begin + chunk, in->outer); o++)
      for (int64_t r = 0; r < in->rows; r++) {
        floats weight = splat(*at_row(&in->places[0], o, r));
        const float *from = at_row(&in->places[1], o, r);
        float *to = at_row(&in->places[2], o, r);
        int64_t c = first;
        for (; c + LANES <= last; c += LANES) store(to + c, multiply_add(weight, load(from + c), load(to + c)));
        if (c < last) store_some(to + c, multiply_add(weight, load_some(from + c, last - c, 0), load_some(to + c, last - c, 0)), last - c);
      }
}

// numbers: columns; places: source, dest. Columns first to last.
static void run_max_rows(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars, (void)worker;
  for (int64_t o = t; o < t + in->outer; o++)
    for (int64_t r = 0; r < in->rows; r++) {
      const float *from = at_row(&in->places[0], o, r);
      float *to = at_row(&in->places[1], o, r);
      int64_t c = first;
      for (; c + LANES <= last; c += LANES) store(to + c, of_max(load(to + c), load(from + c)));
      if (c < last) store_some(to + c, of_max(load_some(to + c, last - c, 0), load_some(from + c, last - c, 0)), last - c);
    }
}

static float dot_of(const float *a, const float *b, int64_t columns) {
  floats total = {0};
  int64_t c = 0;
  for (; c + LANES <= columns; c += LANES) total = multiply_add(load(a + c), load(b + c), total);
  if (c < columns) total = multiply_add(load_some(a + c, columns - c, 0), load_some(b + c, columns - c, 0), total);
  return lane_sum(total);
}

// numbers: columns; places: a, b, dest.
static void run_dot(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars, (void)worker;
  EACH_RUN(in, t, first, last, outer, row, count) {
    for (int64_t r = row; r < row + count; r++)
      *at_row(&in->places[2], outer, r) = dot_of(at_row(&in->places[0], outer, r), at_row(&in->places[1], outer, r), in->numbers[0]);
  }
}

#endif
