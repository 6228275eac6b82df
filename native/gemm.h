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

// A tile of `rows` × (`panels` · PANEL) chains, of which `width` columns are written. `rows`, `panels` and `format` are constants.
INLINE void tile(const int rows, const int panels, const int format, const Rows r, const void *values, const float *scales,
                 int64_t k, int64_t width) {
  const int vectors = 2 * panels;
  floats sums[TILE_ROWS][8];
  floats scale[8];
  UNROLL for (int v = 0; v < vectors; v++) scale[v] = format == INT8 ? load(scales + v * LANES) : (floats){0};
  // The next tile's rows, on their way while this one is computed.
  UNROLL for (int i = 0; i < rows; i++) __builtin_prefetch(r.dest + i * r.dest_pitch + vectors * LANES, 1);
  UNROLL for (int i = 0; i < rows; i++) {
    if (r.start == NULL) {
      UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = (floats){0};
    } else if (width >= vectors * LANES) {
      UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = load(r.start + i * r.start_pitch + v * LANES);
    } else {
      float part[8 * LANES] = {0};
      memcpy(part, r.start + i * r.start_pitch, 4 * (size_t)width);
      UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = load(part + v * LANES);
    }
  }
  for (int64_t at = 0; at < k; at++) {
    floats w[8];
    UNROLL for (int v = 0; v < vectors; v++)
      w[v] = unpacked(format, values, ((v >> 1) * k + at) * PANEL + (v & 1) * LANES, scale[v]);
    UNROLL for (int i = 0; i < rows; i++) {
      floats value = splat(r.a[i * r.a_pitch + at]);
      UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = multiply_add(value, w[v], sums[i][v]);
    }
  }
  UNROLL for (int i = 0; i < rows; i++) {
    float *dest = r.dest + i * r.dest_pitch;
    if (width >= vectors * LANES) {
      UNROLL for (int v = 0; v < vectors; v++) store(dest + v * LANES, sums[i][v]);
    } else {
      float part[8 * LANES];
      UNROLL for (int v = 0; v < vectors; v++) store(part + v * LANES, sums[i][v]);
      memcpy(dest, part, 4 * (size_t)width);
    }
  }
}

typedef void Tile(Rows, const void *, const float *, int64_t, int64_t);

// Tiles of few rows take several panels at once, so that there are chains enough to hide a multiply-add's latency.
#define DEFINE_TILE(name, rows, panels, format)                                                                   \
  static void name(Rows r, const void *values, const float *scales, int64_t k, int64_t width) {                   \
    tile(rows, panels, format, r, values, scales, k, width);                                                      \
  }
#define DEFINE_FEW(format)                                                                                        \
  DEFINE_TILE(tile_1x4_##format, 1, 4, format)                                                                    \
  DEFINE_TILE(tile_1x1_##format, 1, 1, format)
#define DEFINE_TILES(format)                                                                                      \
  DEFINE_FEW(format)                                                                                              \
  DEFINE_TILE(tile_2x2_##format, 2, 2, format)                                                                    \
  DEFINE_TILE(tile_2x1_##format, 2, 1, format)                                                                    \
  DEFINE_TILE(tile_3x2_##format, 3, 2, format)                                                                    \
  DEFINE_TILE(tile_3x1_##format, 3, 1, format)                                                                    \
  DEFINE_TILE(tile_4x1_##format, 4, 1, format)
DEFINE_TILES(FLOAT32)
DEFINE_FEW(FLOAT16)
DEFINE_FEW(INT8)
#if TILE_ROWS >= 6
DEFINE_TILE(tile_5x1, 5, 1, FLOAT32)
DEFINE_TILE(tile_6x1, 6, 1, FLOAT32)
#endif
#if TILE_ROWS >= 8
DEFINE_TILE(tile_7x1, 7, 1, FLOAT32)
DEFINE_TILE(tile_8x1, 8, 1, FLOAT32)
#endif
#if TILE_ROWS >= 12
DEFINE_TILE(tile_9x1, 9, 1, FLOAT32)
DEFINE_TILE(tile_10x1, 10, 1, FLOAT32)
DEFINE_TILE(tile_11x1, 11, 1, FLOAT32)
DEFINE_TILE(tile_12x1, 12, 1, FLOAT32)
#endif

static Tile *const single[TILE_ROWS + 1] = {
  NULL, tile_1x1_FLOAT32, tile_2x1_FLOAT32, tile_3x1_FLOAT32, tile_4x1_FLOAT32,
#if TILE_ROWS >= 6
  tile_5x1, tile_6x1,
#endif
#if TILE_ROWS >= 8
  tile_7x1, tile_8x1,
#endif
#if TILE_ROWS >= 12
  tile_9x1, tile_10x1, tile_11x1, tile_12x1,
#endif
};
typedef struct { Tile *tile; int panels; } Wide;
static const Wide wide[4] = {{NULL, 1}, {tile_1x4_FLOAT32, 4}, {tile_2x2_FLOAT32, 2}, {tile_3x2_FLOAT32, 2}};

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static Rows from_row(Rows r, int64_t row, int64_t column) {
  if (r.start) r.start += row * r.start_pitch + column;
  r.a += row * r.a_pitch;
  r.dest += row * r.dest_pitch + column;
  return r;
}

// One tile's rows through the panels of some columns.
INLINE void through_panels(Tile *with, int panels, Rows r, const float *values, int64_t k, int64_t from, int64_t to) {
  for (int64_t column = from; column < to; column += panels * PANEL)
    with(from_row(r, 0, column), values + column * k, NULL, k, smaller(to - column, panels * PANEL));
}

// `rows` rows at one distance from each other.
static void gemm_float32(Rows r, int64_t rows, const float *values, int64_t k, int64_t n) {
  if (rows < 4) {
    int panels = wide[rows].panels;
    // Panels are read whole, so several at once only where there are so many.
    int64_t together = n / (panels * PANEL) * (panels * PANEL);
    through_panels(wide[rows].tile, panels, r, values, k, 0, together);
    through_panels(single[rows], 1, r, values, k, together, n);
    return;
  }
  int64_t columns = PANELS_AT_ONCE / (k > 0 ? k : 1) / PANEL * PANEL;
  if (columns < PANEL) columns = PANEL;
  for (int64_t column = 0; column < n; column += columns) {
    // Rows are dealt out evenly, so that no tile is left with too few of them.
    for (int64_t row = 0, tiles = (rows + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
      int64_t high = (rows - row) / tiles;
      through_panels(single[high], 1, from_row(r, row, 0), values, k, column, smaller(column + columns, n));
      row += high;
    }
  }
}

// Rows one by one from a smaller format: what costs is fetching the matrix.
static void gemm_row(Rows r, int format, const Pack *pack, int64_t n) {
  size_t bytes = format == FLOAT16 ? 2 : 1;
  for (int64_t column = 0; column < n;) {
    int panels = n - column > 3 * PANEL ? 4 : 1;
    const void *panel = (const char *)pack->values + (size_t)(column * pack->k) * bytes;
    Tile *with = format == FLOAT16 ? (panels == 4 ? tile_1x4_FLOAT16 : tile_1x1_FLOAT16)
                                   : (panels == 4 ? tile_1x4_INT8 : tile_1x1_INT8);
    with(from_row(r, 0, column), panel, pack->scales + column, pack->k, smaller(n - column, panels * PANEL));
    column += panels * PANEL;
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
    if (in->format == FLOAT32) gemm_float32(r, count, in->pack->values, k, n);
    else if (count < 4)
      for (int64_t i = 0; i < count; i++) gemm_row(from_row(r, i, 0), in->format, in->pack, n);
    else gemm_unpacked(r, count, in->format, in->pack, n, worker->scratch);
  }
}

#endif
