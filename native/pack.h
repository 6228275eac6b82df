// Packing: blocks of ordinary matrices laid out in panels of a width that products like, in the program's format.
#ifndef UNROLLED_PACK_H
#define UNROLLED_PACK_H

#include "tables.h"

typedef struct { int32_t at_k, at_n, k, n, transposed; } Block;

// The columns of one panel that a block covers, into a panel of floats.
static void fill_panel(const Block *block, const Place *source, int64_t t, int64_t column, float *panel) {
  int64_t from = block->at_n > column ? block->at_n : column;
  int64_t to = smaller(block->at_n + block->n, column + PANEL);
  if (from >= to) return;
  const float *matrix = source->at + t * source->stride;
  float *into = panel + block->at_k * PANEL;
  if (block->transposed) {
    for (int64_t k = 0; k < block->k; k++)
      memcpy(into + k * PANEL + from - column, matrix + k * source->pitch + from - block->at_n, 4 * (size_t)(to - from));
    return;
  }
  // Some columns of the panel at a time: each is a row of the source, read in order.
  for (int64_t n = from; n < to; n++) {
    const float *row = matrix + (n - block->at_n) * source->pitch;
    float *at = into + n - column;
    for (int64_t k = 0; k < block->k; k++) at[k * PANEL] = row[k];
  }
}

// The panel in the program's format.
static void keep_panel(const Instruction *in, int64_t column, const float *panel) {
  Pack *pack = in->pack;
  int64_t count = pack->k * PANEL;
  if (in->format == FLOAT16) {
    uint16_t *halves = (uint16_t *)pack->values + column * pack->k;
    for (int64_t i = 0; i < count; i++) halves[i] = half_of(panel[i]);
    return;
  }
  int8_t *bytes = (int8_t *)pack->values + column * pack->k;
  for (int64_t n = 0; n < PANEL; n++) {
    float largest = 0;
    for (int64_t k = 0; k < pack->k; k++) {
      float size = __builtin_fabsf(panel[k * PANEL + n]);
      if (size > largest || size != size) largest = size;
    }
    float scale = largest / 127;
    pack->scales[column + n] = scale;
    for (int64_t k = 0; k < pack->k; k++) {
      // Adding this leaves the nearest whole number in the lowest bits, ties to even.
      float q = scale > 0 ? panel[k * PANEL + n] / scale + ROUNDING - ROUNDING : 0;
      bytes[k * PANEL + n] = (int8_t)(q > 127 ? 127 : q < -127 ? -127 : q);
    }
  }
}

// numbers: pack, k, n, blocks, then each block; places: the blocks' sources. Panels first to last.
static void run_pack(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars;
  const Block *blocks = (const Block *)(in->numbers + 4);
  int64_t k = in->numbers[1];
  for (int64_t p = first; p < last; p++) {
    float *panel = in->format == FLOAT32 ? (float *)in->pack->values + p * PANEL * k : worker->scratch;
    memset(panel, 0, 4 * (size_t)(k * PANEL));
    for (int32_t b = 0; b < in->numbers[3]; b++) fill_panel(&blocks[b], &in->places[b], t, p * PANEL, panel);
    if (in->format != FLOAT32) keep_panel(in, p * PANEL, panel);
  }
}

#endif
