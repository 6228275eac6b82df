// ROWS: a pointwise operation list, interpreted on a block of columns at a time, its values lying in the first-level cache.
#ifndef UNROLLED_ROWS_H
#define UNROLLED_ROWS_H

#include "functions.h"
#include "gemm.h"

/*
 * numbers: columns, inputs, operations, outputs, constants; then for each operation: operation, a, b, c, slot;
 * for each output: value, pad, and the operation that may write it in place (or −1).
 * Values: inputs, then constants, then results of operations. A slot is a block of scratch memory.
 */
typedef struct { int32_t op, a, b, c, slot; } Step;
typedef struct { int32_t value, pad, writer; } Result;

INLINE floats of_min(floats a, floats b) {
  // Of two zeros the negative one; of a number and a NaN the NaN.
  floats least = choose(a == b, (floats)((ints)a | (ints)b), choose(a < b, a, b));
  return choose(a != a, a, least);
}
INLINE floats of_max(floats a, floats b) {
  floats largest = choose(a == b, (floats)((ints)a & (ints)b), choose(a > b, a, b));
  return choose(a != a, a, largest);
}
INLINE floats of_sign(floats x) {
  ints one = (ints)splat(1);
  floats signs = (floats)((x > splat(0)) & one) - (floats)((x < splat(0)) & one);
  return choose(x == x, signs, x);
}
INLINE floats of_neg(floats x) { return (floats)((ints)x ^ splat_int(INT32_MIN)); }
INLINE floats of_abs(floats x) { return (floats)((ints)x & splat_int(INT32_MAX)); }
INLINE floats of_less(floats a, floats b) { return (floats)((a < b) & (ints)splat(1)); }
INLINE floats of_sqrt(floats a) { return square_root(a); }
INLINE floats of_add(floats a, floats b) { return a + b; }
INLINE floats of_sub(floats a, floats b) { return a - b; }
INLINE floats of_mul(floats a, floats b) { return a * b; }
INLINE floats of_div(floats a, floats b) { return a / b; }
// The difference the other way round, where it is the second of two.
INLINE floats of_bus(floats a, floats b) { return b - a; }

static void rows_copy(float *to, const float *pa, int64_t vectors) {
  for (int64_t i = 0; i < vectors * LANES; i += LANES) store(to + i, load(pa + i));
}
#define UNARY(NAME, name)                                                                                         \
  static void rows_##name(float *to, const float *a, int64_t vectors) {                                           \
    for (int64_t i = 0; i < vectors * LANES; i += LANES) store(to + i, of_##name(load(a + i)));                   \
  }
#define BINARY(NAME, name)                                                                                        \
  static void rows_##name(float *to, const float *a, const float *b, int64_t vectors) {                           \
    for (int64_t i = 0; i < vectors * LANES; i += LANES) store(to + i, of_##name(load(a + i), load(b + i)));      \
  }
// Each of the two is rounded, as if they were apart; what lies between them stays in a register.
#define PAIR(FIRST, first, SECOND, second)                                                                        \
  static void rows_##first##_##second(float *to, const float *a, const float *b, const float *c, int64_t vectors) { \
    for (int64_t i = 0; i < vectors * LANES; i += LANES)                                                          \
      store(to + i, of_##second(of_##first(load(a + i), load(b + i)), load(c + i)));                              \
  }
EACH_UNARY(UNARY)
EACH_BINARY(BINARY)
EACH_PAIR(PAIR)

static void rows_select(float *to, const float *condition, const float *pa, const float *pb, int64_t vectors) {
  for (int64_t i = 0; i < vectors * LANES; i += LANES)
    store(to + i, choose(load(condition + i) != splat(0), load(pa + i), load(pb + i)));
}

static void step_on(const Step *step, float *to, float *const *value, int64_t vectors, float position) {
  const float *a = value[step->a], *b = value[step->b], *c = value[step->c];
  switch (step->op) {
#define UNARY_CASE(NAME, name) case OP_##NAME: return rows_##name(to, a, vectors);
#define BINARY_CASE(NAME, name) case OP_##NAME: return rows_##name(to, a, b, vectors);
#define PAIR_CASE(FIRST, first, SECOND, second) \
  case OP_##FIRST##_##SECOND: return rows_##first##_##second(to, a, b, c, vectors);
    EACH_UNARY(UNARY_CASE)
    EACH_BINARY(BINARY_CASE)
    EACH_PAIR(PAIR_CASE)
    case OP_COPY: return rows_copy(to, a, vectors);
    case OP_SELECT: return rows_select(to, a, b, c, vectors);
    case OP_POSITION:
      for (int64_t i = 0; i < vectors * LANES; i += LANES) store(to + i, splat(position));
  }
}

// Columns first to last of one row, the pointers of `row` being at its column 0.
static void rows_columns(const Instruction *in, float *const *row, int64_t first, int64_t last, float position, float *scratch) {
  const int32_t *numbers = in->numbers;
  int32_t inputs = numbers[1], count = numbers[2], outputs = numbers[3], constants = numbers[4];
  const Step *steps = (const Step *)(numbers + 5);
  const Result *results = (const Result *)(steps + count);
  float *value[inputs + constants + count + 1];
  float *slots = scratch + inputs * ROWS_BLOCK;
  for (int32_t i = 0; i < inputs; i++)
    if (in->places[i].broadcast) {
      value[i] = scratch + i * ROWS_BLOCK;
      floats same = splat(*row[i]);
      int64_t columns = smaller(last - first, ROWS_BLOCK);
      for (int64_t c = 0; c < columns; c += LANES) store(value[i] + c, same);
    }
  for (int32_t i = 0; i < constants; i++) value[inputs + i] = in->constants + i * ROWS_BLOCK;
  float **made = value + inputs + constants;
  for (int64_t column = first; column < last; column += ROWS_BLOCK) {
    int64_t columns = smaller(last - column, ROWS_BLOCK), vectors = (columns + LANES - 1) / LANES;
    bool whole = columns % LANES == 0;
    for (int32_t i = 0; i < inputs; i++)
      if (!in->places[i].broadcast) value[i] = row[i] + column;
    for (int32_t i = 0; i < count; i++) made[i] = slots + steps[i].slot * ROWS_BLOCK;
    if (whole)
      for (int32_t o = 0; o < outputs; o++)
        if (results[o].writer >= 0) made[results[o].writer] = row[inputs + o] + column;
    for (int32_t i = 0; i < count; i++) step_on(&steps[i], made[i], value, vectors, position);
    for (int32_t o = 0; o < outputs; o++) {
      float *to = row[inputs + o] + column;
      const float *from = value[results[o].value];
      if (to != from) memmove(to, from, 4 * (size_t)columns);
    }
  }
}

// Zeros behind the columns.
static void rows_pads(const Instruction *in, float *const *row) {
  const Result *results = (const Result *)((const Step *)(in->numbers + 5) + in->numbers[2]);
  for (int32_t o = 0; o < in->numbers[3]; o++)
    if (results[o].pad > 0) memset(row[in->numbers[1] + o] + in->numbers[0], 0, 4 * (size_t)results[o].pad);
}

static void run_rows(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars;
  int32_t columns = in->numbers[0], places = in->places_count;
  float *row[places];
  // Where the position does not matter all rows of a run may be one.
  EACH_RUN(in, t, first, last, outer, from, count) {
    for (int32_t i = 0; i < places; i++) row[i] = at_row(&in->places[i], outer, from);
    if (in->flat) {
      rows_columns(in, row, 0, count * columns, (float)outer, worker->scratch);
      continue;
    }
    for (int64_t r = 0; r < count; r++) {
      rows_columns(in, row, 0, columns, (float)outer, worker->scratch);
      rows_pads(in, row);
      for (int32_t i = 0; i < places; i++) row[i] += in->places[i].pitch;
    }
  }
}

// One row; columns first to last.
static void run_row(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars;
  float *row[in->places_count];
  for (int32_t i = 0; i < in->places_count; i++) row[i] = at_row(&in->places[i], t, 0);
  rows_columns(in, row, first, last, (float)t, worker->scratch);
  if (last == in->numbers[0]) rows_pads(in, row);
}

#endif
