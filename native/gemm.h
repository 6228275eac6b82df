// dest = start + a · pack. Every element is one chain: start, then one multiply-add for each k in rising order. A tile keeps some
// rows and columns of chains in registers; which tile serves an element changes nothing in its chain.
#ifndef UNROLLED_GEMM_H
#define UNROLLED_GEMM_H

#include "formats.h"

// Floats of panels that every tile of rows passes under before the next panels come: they stay in the second-level cache.
#define PANELS_AT_ONCE 65536

typedef struct {
  const float *a, *start;
  float *dest;
  int64_t a_pitch, start_pitch, dest_pitch;
} Rows;

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// A tile of `rows` × (`vectors` · LANES) chains from `column` on, where `values` begin; `width` columns are written. `rows`,
// `vectors` and `format` are constants; the last vector alone may be cut.
INLINE void tile(const int rows, const int vectors, const int format, const Rows *r, int64_t column, const void *values,
                 const float *scales, int64_t k, int64_t width) {
  floats sums[TILE_ROWS][8], scale[8];
  const int64_t last = width - (vectors - 1) * LANES;
  UNROLL for (int v = 0; v < vectors; v++) scale[v] = format == INT8 ? load(scales + v * LANES) : (floats){0};
  UNROLL for (int i = 0; i < rows; i++) {
    float *dest = r->dest + i * r->dest_pitch + column;
    // Where the next tile will be, on its way while this one is computed.
    UNROLL for (int v = 0; v < vectors; v++) __builtin_prefetch(dest + (vectors + v) * LANES, 1);
    const float *start = r->start + i * r->start_pitch + column;
    UNROLL for (int v = 0; v < vectors; v++) {
      if (r->start == NULL) sums[i][v] = (floats){0};
      else if (v < vectors - 1 || last >= LANES) sums[i][v] = load(start + v * LANES);
      else sums[i][v] = load_some(start + v * LANES, last, 0);
    }
  }
  const float *a = r->a;
  for (int64_t at = 0; at < k; at++, a++) {
    floats w[8];
    UNROLL for (int v = 0; v < vectors; v++)
      w[v] = unpacked(format, values, ((v >> 1) * k + at) * PANEL + (v & 1) * LANES, scale[v]);
    UNROLL for (int i = 0; i < rows; i++) {
      floats value = splat(a[i * r->a_pitch]);
      UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = multiply_add(value, w[v], sums[i][v]);
    }
  }
  UNROLL for (int i = 0; i < rows; i++) {
    float *dest = r->dest + i * r->dest_pitch + column;
    UNROLL for (int v = 0; v < vectors; v++) {
      if (v < vectors - 1 || last >= LANES) store(dest + v * LANES, sums[i][v]);
      else store_some(dest + v * LANES, sums[i][v], last);
    }
  }
}

// Few rows: several panels at once, so that there are chains enough to hide a multiply-add's latency.
typedef void Tile(const Rows *, int64_t column, const void *values, const float *scales, int64_t k, int64_t width);
#define DEFINE_TILE(rows, vectors, format)                                                                        \
  static void tile_##rows##x##vectors##_##format(const Rows *r, int64_t column, const void *values,              \
                                                 const float *scales, int64_t k, int64_t width) {                \
    tile(rows, vectors, format, r, column, values, scales, k, width);                                             \
  }
#define DEFINE_TILES_4(rows, format)                                                                              \
  DEFINE_TILE(rows, 1, format) DEFINE_TILE(rows, 2, format) DEFINE_TILE(rows, 3, format) DEFINE_TILE(rows, 4, format)
#define DEFINE_TILES_8(rows, format)                                                                              \
  DEFINE_TILES_4(rows, format)                                                                                    \
  DEFINE_TILE(rows, 5, format) DEFINE_TILE(rows, 6, format) DEFINE_TILE(rows, 7, format) DEFINE_TILE(rows, 8, format)
#define TILES_4(rows, format)                                                                                     \
  NULL, tile_##rows##x1_##format, tile_##rows##x2_##format, tile_##rows##x3_##format, tile_##rows##x4_##format
#define TILES_8(rows, format)                                                                                     \
  TILES_4(rows, format), tile_##rows##x5_##format, tile_##rows##x6_##format, tile_##rows##x7_##format,            \
    tile_##rows##x8_##format
DEFINE_TILES_8(1, FLOAT32)
DEFINE_TILES_8(1, FLOAT16)
DEFINE_TILES_4(1, INT8)
DEFINE_TILES_4(2, FLOAT32)
DEFINE_TILES_4(3, FLOAT32)
// By number of vectors. Scales take registers too, so that int8 does with half as many.
static Tile *const one_row[][9] = {{TILES_8(1, FLOAT32)}, {TILES_8(1, FLOAT16)}, {TILES_4(1, INT8)}};
static Tile *const two_rows[] = {TILES_4(2, FLOAT32)}, *const three_rows[] = {TILES_4(3, FLOAT32)};
static const int one_row_most[] = {8, 8, 4};

// Few rows through all columns, at most `most` vectors at a time.
INLINE void through_columns(Tile *const *tiles, int most, const Rows *r, int format, const Pack *pack, int64_t n) {
  static const size_t bytes[] = {4, 2, 1};
  for (int64_t column = 0; column < n; column += most * LANES) {
    int64_t width = smaller(n - column, most * LANES);
    const char *values = (const char *)pack->values + (size_t)(column * pack->k) * bytes[format];
    tiles[(width + LANES - 1) / LANES](r, column, values, pack->scales + column, pack->k, width);
  }
}

// As many rows as a tile has through columns [from, to).
typedef void Strip(const Rows *, const float *values, int64_t k, int64_t from, int64_t to);
#define DEFINE_STRIP(rows)                                                                                        \
  static void strip_##rows(const Rows *r, const float *values, int64_t k, int64_t column, int64_t to) {           \
    for (; to - column > LANES; column += PANEL)                                                                  \
      tile(rows, 2, FLOAT32, r, column, values + column * k, NULL, k, smaller(to - column, PANEL));               \
    if (column < to) tile(rows, 1, FLOAT32, r, column, values + column * k, NULL, k, to - column);                \
  }
DEFINE_STRIP(2)
DEFINE_STRIP(3)
DEFINE_STRIP(4)
#if TILE_ROWS >= 6
DEFINE_STRIP(5)
DEFINE_STRIP(6)
#endif
#if TILE_ROWS >= 8
DEFINE_STRIP(7)
DEFINE_STRIP(8)
#endif
#if TILE_ROWS >= 12
DEFINE_STRIP(9)
DEFINE_STRIP(10)
DEFINE_STRIP(11)
DEFINE_STRIP(12)
#endif

static Strip *const strips[TILE_ROWS + 1] = {
  NULL, NULL, strip_2, strip_3, strip_4,
#if TILE_ROWS >= 6
  strip_5, strip_6,
#endif
#if TILE_ROWS >= 8
  strip_7, strip_8,
#endif
#if TILE_ROWS >= 12
  strip_9, strip_10, strip_11, strip_12,
#endif
};

static Rows from_row(Rows r, int64_t row, int64_t column) {
  if (r.start) r.start += row * r.start_pitch + column;
  r.a += row * r.a_pitch;
  r.dest += row * r.dest_pitch + column;
  return r;
}

// `rows` rows at one distance from each other, 4 at least.
static void gemm_float32(Rows r, int64_t rows, const float *values, int64_t k, int64_t n) {
  int64_t columns = PANELS_AT_ONCE / (k > 0 ? k : 1) / PANEL * PANEL;
  if (columns < PANEL) columns = PANEL;
  for (int64_t column = 0; column < n; column += columns) {
    // Rows are dealt out evenly, so that no tile is left with too few of them.
    for (int64_t row = 0, tiles = (rows + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
      int64_t high = (rows - row) / tiles;
      Rows some = from_row(r, row, 0);
      strips[high](&some, values, k, column, smaller(column + columns, n));
      row += high;
    }
  }
}

// Many rows from a smaller format: each panel is unpacked once for all of them.
static void gemm_unpacked(Rows r, int64_t count, int format, const Pack *pack, int64_t n, float *scratch) {
  int64_t k = pack->k;
  for (int64_t column = 0; column < n; column += PANEL) {
    floats scale[2] = {(floats){0}, (floats){0}};
    if (format == INT8) scale[0] = load(pack->scales + column), scale[1] = load(pack->scales + column + LANES);
    for (int64_t i = 0; i < 2 * k; i++) {
      int64_t at = column * k + i * LANES;
      store(scratch + i * LANES, format == FLOAT16 ? unpacked(FLOAT16, pack->values, at, scale[0])
                                                   : unpacked(INT8, pack->values, at, scale[i & 1]));
    }
    gemm_float32(from_row(r, 0, column), count, scratch, k, smaller(n - column, PANEL));
  }
}

// The runs of rows at one distance among rows first to last, counted through all outer indices.
#define EACH_RUN(in, t, first, last, outer_index, row, count)                                                     \
  for (int64_t next_ = first, outer_index, row, count;                                                            \
       next_ < last && (outer_index = (in)->uniform ? (t) : (t) + next_ / (in)->rows,                             \
                       row = (in)->uniform ? next_ : next_ % (in)->rows,                                          \
                       count = (in)->uniform ? (last)-next_ : smaller((last)-next_, (in)->rows - row), true);     \
       next_ += count)

INLINE float *at_row(const Place *place, int64_t t, int64_t row) {
  return place->at + t * place->stride + row * place->pitch;
}

// numbers: k, n, start (0 zero, 1 dest, 2 a row); places: a, dest, start.
static void run_gemm(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last, Worker *worker) {
  (void)scalars;
  const Place *a = &in->places[0], *dest = &in->places[1], *start = &in->places[2];
  int64_t k = in->numbers[1], n = in->numbers[2];
  int32_t from = in->numbers[3];
  EACH_RUN(in, t, first, last, outer, row, count) {
    Rows r = {at_row(a, outer, row), NULL, at_row(dest, outer, row), a->pitch, 0, dest->pitch};
    if (from == 1) r.start = r.dest, r.start_pitch = dest->pitch;
    if (from == 2) r.start = start->at + outer * start->stride;
    bool full = in->format == FLOAT32;
    if (count == 1) through_columns(one_row[in->format], one_row_most[in->format], &r, in->format, in->pack, n);
    else if (count == 2 && full) through_columns(two_rows, 4, &r, FLOAT32, in->pack, n);
    else if (count == 3 && full) through_columns(three_rows, 4, &r, FLOAT32, in->pack, n);
    else if (full) gemm_float32(r, count, in->pack->values, k, n);
    else if (count < 4)
      for (int64_t i = 0; i < count; i++) {
        Rows alone = from_row(r, i, 0);
        through_columns(one_row[in->format], one_row_most[in->format], &alone, in->format, in->pack, n);
      }
    else gemm_unpacked(r, count, in->format, in->pack, n, worker->scratch);
  }
}

#endif
