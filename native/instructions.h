// Written by `npm run generate` from src/backends/program and src/backends/native/operations.ts.
#ifndef UNROLLED_INSTRUCTIONS_H
#define UNROLLED_INSTRUCTIONS_H

enum Kind {
  KIND_LOOP,
  KIND_END,
  KIND_ROWS,
  KIND_FILL,
  KIND_PACK,
  KIND_GEMM,
  KIND_GEMM_TA,
  KIND_GATHER,
  KIND_SCATTER_ADD,
  KIND_SUM_ROWS,
  KIND_WEIGHTED_SUM,
  KIND_MAX_ROWS,
  KIND_DOT,
  KIND_REDUCE_COLUMNS,
  KIND_SUM_SQUARES,
  KIND_CROSS_ENTROPY,
  KIND_CROSS_ENTROPY_GRADIENT,
  KIND_RANDOM,
  KINDS
};

// Those that have a kernel: KIND_NAME is run by run_name.
#define EACH_KERNEL(X) \
  X(ROWS, rows) \
  X(FILL, fill) \
  X(PACK, pack) \
  X(GEMM, gemm) \
  X(GEMM_TA, gemm_ta) \
  X(GATHER, gather) \
  X(SCATTER_ADD, scatter_add) \
  X(SUM_ROWS, sum_rows) \
  X(WEIGHTED_SUM, weighted_sum) \
  X(MAX_ROWS, max_rows) \
  X(DOT, dot) \
  X(REDUCE_COLUMNS, reduce_columns) \
  X(SUM_SQUARES, sum_squares) \
  X(CROSS_ENTROPY, cross_entropy) \
  X(CROSS_ENTROPY_GRADIENT, cross_entropy_gradient) \
  X(RANDOM, random)

// What ROWS does to values.
enum Operation {
  OP_NEG,
  OP_ABS,
  OP_SIGN,
  OP_SQRT,
  OP_EXP,
  OP_LOG,
  OP_SIGMOID,
  OP_TANH,
  OP_SOFTPLUS,
  OP_SIN,
  OP_COS,
  OP_ERF,
  OP_ADD,
  OP_SUB,
  OP_MUL,
  OP_DIV,
  OP_MIN,
  OP_MAX,
  OP_LESS,
  OP_SELECT,
  OP_POSITION,
  OP_COPY,
  OP_ADD_ADD,
  OP_ADD_SUB,
  OP_ADD_MUL,
  OP_ADD_BUS,
  OP_SUB_ADD,
  OP_SUB_SUB,
  OP_SUB_MUL,
  OP_SUB_BUS,
  OP_MUL_ADD,
  OP_MUL_SUB,
  OP_MUL_MUL,
  OP_MUL_BUS,
};

// OP_NAME is computed by of_name of one value, and of two.
#define EACH_UNARY(X) \
  X(NEG, neg) \
  X(ABS, abs) \
  X(SIGN, sign) \
  X(SQRT, sqrt) \
  X(EXP, exp) \
  X(LOG, log) \
  X(SIGMOID, sigmoid) \
  X(TANH, tanh) \
  X(SOFTPLUS, softplus) \
  X(SIN, sin) \
  X(COS, cos) \
  X(ERF, erf)
#define EACH_BINARY(X) \
  X(ADD, add) \
  X(SUB, sub) \
  X(MUL, mul) \
  X(DIV, div) \
  X(MIN, min) \
  X(MAX, max) \
  X(LESS, less)

// Two at once: the first of a and b, the second of that and c.
#define EACH_PAIR(X) \
  X(ADD, add, ADD, add) \
  X(ADD, add, SUB, sub) \
  X(ADD, add, MUL, mul) \
  X(ADD, add, BUS, bus) \
  X(SUB, sub, ADD, add) \
  X(SUB, sub, SUB, sub) \
  X(SUB, sub, MUL, mul) \
  X(SUB, sub, BUS, bus) \
  X(MUL, mul, ADD, add) \
  X(MUL, mul, SUB, sub) \
  X(MUL, mul, MUL, mul) \
  X(MUL, mul, BUS, bus)

#endif
