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

INLINE floats minimum(floats a, floats b) {
  // Of two zeros the negative one; of a number and a NaN the NaN.
  floats least = choose(a == b, (floats)((ints)a | (ints)b), choose(a < b, a, b));
  return choose(a != a, a, least);
}
INLINE floats maximum(floats a, floats b) {
  floats largest = choose(a == b, (floats)((ints)a & (ints)b), choose(a > b, a, b));
  return choose(a != a, a, largest);
}
INLINE floats sign_of(floats x) {
  ints one = (ints)splat(1);
  floats signs = (floats)((x > splat(0)) & one) - (floats)((x < splat(0)) & one);
  return choose(x == x, signs, x);
}
INLINE floats negative(floats x) { return (floats)((ints)x ^ splat_int(INT32_MIN)); }
INLINE floats magnitude(floats x) { return (floats)((ints)x & splat_int(INT32_MAX)); }
INLINE floats less(floats a, floats b) { return (floats)((a < b) & (ints)splat(1)); }

#define UNARY(name, expression)                                                                                   \
  static void name(float *to, const float *pa, int64_t vectors) {                                                 \
    for (int64_t i = 0; i < vectors * LANES; i += LANES) {                                                        \
      floats a = load(pa + i);                                                                                    \
      store(to + i, expression);                                                                                  \
    }                                                                                                             \
  }
#define BINARY(name, expression)                                                                                  \
  static void name(float *to, const float *pa, const float *pb, int64_t vectors) {                                \
    for (int64_t i = 0; i < vectors * LANES; i += LANES) {                                                        \
      floats a = load(pa + i), b = load(pb + i);                                                                  \
      store(to + i, expression);                                                                                  \
    }                                                                                                             \
  }
UNARY(rows_copy, a)
UNARY(rows_neg, negative(a))
UNARY(rows_abs, magnitude(a))
UNARY(rows_sign, sign_of(a))
UNARY(rows_sqrt, square_root(a))
UNARY(rows_exp, exponential(a))
UNARY(rows_log, logarithm(a))
UNARY(rows_sigmoid, sigmoid(a))
UNARY(rows_tanh, hyperbolic_tangent(a))
UNARY(rows_softplus, softplus(a))
UNARY(rows_sin, sine(a))
UNARY(rows_cos, cosine(a))
UNARY(rows_erf, error_function(a))
BINARY(rows_add, a + b)
BINARY(rows_sub, a - b)
BINARY(rows_mul, a *b)
BINARY(rows_div, a / b)
BINARY(rows_min, minimum(a, b))
BINARY(rows_max, maximum(a, b))
BINARY(rows_less, less(a, b))

// Each of the two is rounded, as if they were apart; what lies between them stays in a register.
#define TERNARY(name, expression)                                                                                 \
  static void name(float *to, const float *pa, const float *pb, const float *pc, int64_t vectors) {               \
    for (int64_t i = 0; i < vectors * LANES; i += LANES) {                                                        \
      floats a = load(pa + i), b = load(pb + i), c = load(pc + i);                                                \
      store(to + i, expression);                                                                                  \
    }                                                                                                             \
  }
TERNARY(rows_add_add, (a + b) + c)
TERNARY(rows_add_sub, (a + b) - c)
TERNARY(rows_add_mul, (a + b) * c)
TERNARY(rows_add_bus, c - (a + b))
TERNARY(rows_sub_add, (a - b) + c)
TERNARY(rows_sub_sub, (a - b) - c)
TERNARY(rows_sub_mul, (a - b) * c)
TERNARY(rows_sub_bus, c - (a - b))
TERNARY(rows_mul_add, (a * b) + c)
TERNARY(rows_mul_sub, (a * b) - c)
TERNARY(rows_mul_mul, (a * b) * c)
TERNARY(rows_mul_bus, c - (a * b))

static void rows_select(float *to, const float *condition, const float *pa, const float *pb, int64_t vectors) {
  for (int64_t i = 0; i < vectors * LANES; i += LANES)
    store(to + i, choose(load(condition + i) != splat(0), load(pa + i), load(pb + i)));
}

static void step_on(const Step *step, float *to, float *const *value, int64_t vectors, float position) {
  const float *a = value[step->a], *b = value[step->b], *c = value[step->c];
  switch (step->op) {
    case OP_COPY: return rows_copy(to, a, vectors);
    case OP_NEG: return rows_neg(to, a, vectors);
    case OP_ABS: return rows_abs(to, a, vectors);
    case OP_SIGN: return rows_sign(to, a, vectors);
    case OP_SQRT: return rows_sqrt(to, a, vectors);
    case OP_EXP: return rows_exp(to, a, vectors);
    case OP_LOG: return rows_log(to, a, vectors);
    case OP_SIGMOID: return rows_sigmoid(to, a, vectors);
    case OP_TANH: return rows_tanh(to, a, vectors);
    case OP_SOFTPLUS: return rows_softplus(to, a, vectors);
    case OP_SIN: return rows_sin(to, a, vectors);
    case OP_COS: return rows_cos(to, a, vectors);
    case OP_ERF: return rows_erf(to, a, vectors);
    case OP_ADD: return rows_add(to, a, b, vectors);
    case OP_SUB: return rows_sub(to, a, b, vectors);
    case OP_MUL: return rows_mul(to, a, b, vectors);
    case OP_DIV: return rows_div(to, a, b, vectors);
    case OP_MIN: return rows_min(to, a, b, vectors);
    case OP_MAX: return rows_max(to, a, b, vectors);
    case OP_LESS: return rows_less(to, a, b, vectors);
    case OP_SELECT: return rows_select(to, a, b, c, vectors);
    case OP_ADD_ADD: return rows_add_add(to, a, b, c, vectors);
    case OP_ADD_SUB: return rows_add_sub(to, a, b, c, vectors);
    case OP_ADD_MUL: return rows_add_mul(to, a, b, c, vectors);
    case OP_ADD_BUS: return rows_add_bus(to, a, b, c, vectors);
    case OP_SUB_ADD: return rows_sub_add(to, a, b, c, vectors);
    case OP_SUB_SUB: return rows_sub_sub(to, a, b, c, vectors);
    case OP_SUB_MUL: return rows_sub_mul(to, a, b, c, vectors);
    case OP_SUB_BUS: return rows_sub_bus(to, a, b, c, vectors);
    case OP_MUL_ADD: return rows_mul_add(to, a, b, c, vectors);
    case OP_MUL_SUB: return rows_mul_sub(to, a, b, c, vectors);
    case OP_MUL_MUL: return rows_mul_mul(to, a, b, c, vectors);
    case OP_MUL_BUS: return rows_mul_bus(to, a, b, c, vectors);
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
