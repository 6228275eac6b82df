// Rows of a table by number, what is added back to them, random numbers, and one value everywhere.
#ifndef UNROLLED_TABLES_H
#define UNROLLED_TABLES_H

#include "sums.h"

// The row of a table of so many that a float names; NULL where it is none of them.
INLINE float *table_row(const Place *table, int64_t t, float id, int64_t count) {
  int64_t row = number_named(id, count);
  return row < 0 ? NULL : at_row(table, t, row);
}

// numbers: columns, pad, rows of the table; places: table, ids, dest.
static void run_gather(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars, (void)worker;
  int64_t columns = in->numbers[0], pad = in->numbers[1];
  EACH_RUN(in, t, first, last, outer, row, count) {
    for (int64_t r = row; r < row + count; r++) {
      float *dest = at_row(&in->places[2], outer, r);
      const float *from = table_row(&in->places[0], outer, *at_row(&in->places[1], outer, r), in->numbers[2]);
      if (from) memcpy(dest, from, 4 * (size_t)columns);
      else
        for (int64_t c = 0; c < columns; c++) dest[c] = __builtin_nanf("");
      memset(dest + columns, 0, 4 * (size_t)pad);
    }
  }
}

// numbers: columns, chunk, rows of dest; places: source, ids, dest. Columns first to last.
static void run_scatter_add(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                            Worker *worker) {
  (void)scalars, (void)worker;
  int64_t chunk = in->numbers[1];
  if (in->outer == 0) return;
  for (int64_t begin = (in->outer - 1) / chunk * chunk; begin >= 0; begin -= chunk)
    for (int64_t o = t + begin; o < t + smaller(begin + chunk, in->outer); o++)
      for (int64_t r = 0; r < in->rows; r++) {
        float *dest = table_row(&in->places[2], o, *at_row(&in->places[1], o, r), in->numbers[2]);
        if (dest) add_columns(dest + first, at_row(&in->places[0], o, r) + first, last - first);
      }
}

INLINE words mixed(words x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}
INLINE uint32_t mixed_key(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

// numbers: columns, pad, site, once a step; places: dest.
static void run_random(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)worker;
  int64_t columns = in->numbers[0], pad = in->numbers[1];
  uint32_t site = mixed_key(scalars->seed + (uint32_t)in->numbers[2] * 0x9e3779b9u);
  ints lanes;
  for (int lane = 0; lane < LANES; lane++) lanes[lane] = lane;
  EACH_RUN(in, t, first, last, outer, row, count) {
    uint32_t step = in->numbers[3] ? scalars->step + (uint32_t)outer : scalars->window;
    uint32_t step_key = mixed_key(site + step * 0x85ebca6bu);
    for (int64_t r = row; r < row + count; r++) {
      uint32_t key = mixed_key(step_key + (scalars->sequence + (uint32_t)r) * 0xc2b2ae35u);
      float *dest = at_row(&in->places[0], outer, r);
      for (int64_t c = 0; c < columns; c += LANES) {
        words column = (words)(lanes + (int32_t)c);
        floats u = to_floats((ints)(mixed(key + column * 0x27d4eb2fu) >> 8)) * splat(5.9604644775390625e-8f);
        store_some(dest + c, u, smaller(LANES, columns - c));
      }
      memset(dest + columns, 0, 4 * (size_t)pad);
    }
  }
}

// numbers: columns, the value's bits; places: dest.
static void run_fill(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars, (void)worker;
  float value;
  memcpy(&value, &in->numbers[1], 4);
  EACH_RUN(in, t, first, last, outer, row, count) {
    for (int64_t r = row; r < row + count; r++) {
      float *dest = at_row(&in->places[0], outer, r);
      for (int64_t c = 0; c < in->numbers[0]; c++) dest[c] = value;
    }
  }
}

#endif
