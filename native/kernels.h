// What the interpreter and the kernels of all targets have in common.
#ifndef UNROLLED_KERNELS_H
#define UNROLLED_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instructions.h"

// Where an array lies: the element at outer index t, row r, column c is at[t · stride + r · pitch + (broadcast ? 0 : c)].
typedef struct {
  float *at;
  int64_t stride, pitch;
  bool broadcast;
} Place;

// Axes that an instruction may walk besides outer indices and rows.
enum { WALKED = 2 };

enum { FLOAT32, FLOAT16, INT8 };

// A packed k × n matrix in panels, [n / panel][k][panel], in the program's format; int8 has a scale a column.
typedef struct {
  void *values;
  float *scales;
  int64_t k, n;
} Pack;

typedef struct {
  uint32_t seed, step, sequence, window;
} Scalars;

// An instruction whose formulas are numbers. What `numbers` holds is the kind's own: see src/backends/program.
typedef struct {
  int kind;
  // What it does to a row depends on that row alone.
  bool row_wise;
  // How long a row takes, in simple operations.
  int32_t effort;
  // Inside a loop: `outer` is 1 and t comes from outside.
  bool looped;
  int64_t outer, rows;
  int32_t places_count, numbers_count;
  Place *places;
  // Axes around these, outermost first: their extents, and how far each place moves along them.
  int64_t walk[WALKED];
  int64_t (*moves)[WALKED];
  const int32_t *numbers;
  // Rows of all outer indices lie at one distance, so that they can be walked as one run.
  bool uniform;
  // Rows: whole rows follow one another without gaps, so that they can be walked as one row.
  bool flat;
  Pack *pack;
  int format;
  // Constants of ROWS, a block of each.
  float *constants;
  double *sums;
} Instruction;

// Memory of one thread for the time of one kernel.
typedef struct {
  float *scratch;
  int64_t floats;
} Worker;

/*
 * Kernels do a part of an instruction at outer index t. What is counted from `first` to `last` depends on the kind: for
 * row-wise kinds the rows of all outer indices in order; for sums over rows, columns; for GEMM_TA rows of dest; for PACK panels;
 * for SUM_SQUARES blocks.
 */
typedef void Kernel(const Instruction *, const Scalars *, int64_t t, int64_t first, int64_t last, Worker *);

typedef struct {
  const char *name;
  int panel;
  bool (*available)(void);
  Kernel *run[KINDS];
  // ROWS of one row: `first` and `last` are columns.
  Kernel *row;
  // Floats of scratch memory a thread needs for `rows` rows of dest.
  int64_t (*gemm_ta_scratch)(int64_t rows, int64_t columns, int64_t depth);
  // multiply-adds in registers alone: how many floating-point operations it did.
  double (*peak)(int64_t rounds);
} Kernels;

// Columns a block of ROWS has at most.
#define ROWS_BLOCK 128
// Columns of a block of squares.
#define SQUARES_BLOCK 4096

#endif
