// dest += gᵀ · a over steps and rows: the gradient of a matrix. Steps are cut into chunks; each chunk is summed from zero in
// rising order, in registers, then added to dest; the last chunk comes first.
#ifndef UNROLLED_CONTRACT_H
#define UNROLLED_CONTRACT_H

#include "sums.h"

// Inner indices packed at a time, and columns of `a` beside them: a panel of g lies in the first-level cache, those of `a` in
// the second.
#define DEPTH 512
#define COLUMNS_BYTES 262144
// Rows that are fetched before they are packed.
#define AHEAD 4
// Keeps panels from falling onto the same cache sets.
#define G_SLACK 16

static int64_t columns_at_once(int64_t depth) {
  int64_t columns = COLUMNS_BYTES / 4 / (depth > 0 ? depth : 1) / PANEL * PANEL;
  return columns < 2 * PANEL ? 2 * PANEL : columns > 1024 ? 1024 : columns;
}

static int64_t g_panel_floats(int64_t depth, int64_t height) { return depth * height + G_SLACK; }

// Sums wait in memory only where the inner dimension takes more than one piece.
static int64_t waiting_sums(int64_t rows, int64_t columns, int64_t total) {
  int64_t panels = (rows + TILE_ROWS - 1) / TILE_ROWS, tiles = (columns + PANEL - 1) / PANEL;
  return (total > DEPTH ? panels * tiles : 1) * TILE_ROWS * PANEL;
}

static int64_t gemm_ta_scratch(int64_t rows, int64_t columns, int64_t total) {
  int64_t depth = smaller(total, DEPTH), panels = (rows + TILE_ROWS - 1) / TILE_ROWS;
  return panels * g_panel_floats(depth, TILE_ROWS) + columns_at_once(depth) * depth + waiting_sums(rows, columns, total) + 2 * G_SLACK;
}

typedef struct {
  const Place *place;
  int64_t rows, t, row;
} Inner;

INLINE void next_inner(Inner *inner) {
  if (++inner->row == inner->rows) inner->row = 0, inner->t++;
}

// Columns [from, to) of g in panels of `height`. Each copy moves whole vectors; what is too much is overwritten by the next.
static void pack_g(Inner inner, int64_t count, int64_t from, int64_t to, int64_t height, float *into) {
  const int moved = (TILE_ROWS + LANES - 1) / LANES;
  for (int64_t i = 0; i < count; i++, next_inner(&inner)) {
    const float *g = at_row(inner.place, inner.t, inner.row);
    float *at = into + i * height;
    for (int64_t m = from; m < to; m += height, at += g_panel_floats(count, height)) {
      __builtin_prefetch(g + m + AHEAD * inner.place->pitch);
      UNROLL for (int v = 0; v < moved; v++) store(at + v * LANES, load(g + m + v * LANES));
    }
  }
}

// Columns [from, to) of a in panels of PANEL.
static void pack_a(Inner inner, int64_t count, int64_t from, int64_t to, float *into) {
  for (int64_t i = 0; i < count; i++, next_inner(&inner)) {
    const float *a = at_row(inner.place, inner.t, inner.row);
    float *at = into + i * PANEL;
    for (int64_t n = from; n < to; n += PANEL, at += count * PANEL) {
      UNROLL for (int v = 0; v < 2; v++) {
        __builtin_prefetch(a + n + v * LANES + AHEAD * inner.place->pitch);
        store(at + v * LANES, load(a + n + v * LANES));
      }
    }
  }
}

// Sums of `height` × (`vectors` · LANES) products, both constants; they start from `sums` unless `first`, and end there unless
// `last`, when they join the first `rows` rows and `width` columns of dest.
INLINE void contract_tile(const int height, const int vectors, const float *g, const float *a, int64_t count, float *sums,
                          bool first, bool last, float *dest, int64_t pitch, int64_t rows, int64_t width) {
  floats s[TILE_ROWS][2];
  UNROLL for (int r = 0; r < height; r++)
    UNROLL for (int v = 0; v < vectors; v++) s[r][v] = first ? (floats){0} : load(sums + r * PANEL + v * LANES);
  for (int64_t i = 0; i < count; i++, g += height, a += PANEL) {
    floats w[2];
    UNROLL for (int v = 0; v < vectors; v++) w[v] = load(a + v * LANES);
    UNROLL for (int r = 0; r < height; r++) {
      floats value = splat(g[r]);
      UNROLL for (int v = 0; v < vectors; v++) s[r][v] = multiply_add(value, w[v], s[r][v]);
    }
  }
  if (!last || rows < height || width < vectors * LANES) {
    UNROLL for (int r = 0; r < height; r++)
      UNROLL for (int v = 0; v < vectors; v++) store(sums + r * PANEL + v * LANES, s[r][v]);
    if (last)
      for (int64_t r = 0; r < rows; r++) add_columns(dest + r * pitch, sums + r * PANEL, width);
    return;
  }
  UNROLL for (int r = 0; r < height; r++) {
    float *to = dest + r * pitch;
    UNROLL for (int v = 0; v < vectors; v++) store(to + v * LANES, load(to + v * LANES) + s[r][v]);
  }
}

typedef void Contraction(const float *g, const float *a, int64_t count, float *sums, bool first, bool last, float *dest,
                         int64_t pitch, int64_t rows, int64_t width);
#define DEFINE_CONTRACTION(height)                                                                                \
  static void contract_##height(const float *g, const float *a, int64_t count, float *sums, bool first, bool last, \
                                float *dest, int64_t pitch, int64_t rows, int64_t width) {                        \
    if (width > LANES) contract_tile(height, 2, g, a, count, sums, first, last, dest, pitch, rows, width);        \
    else contract_tile(height, 1, g, a, count, sums, first, last, dest, pitch, rows, width);                      \
  }
// Rows are dealt out evenly, so every tile has more than half of TILE_ROWS.
#if TILE_ROWS == 12
DEFINE_CONTRACTION(7)
DEFINE_CONTRACTION(8)
DEFINE_CONTRACTION(9)
DEFINE_CONTRACTION(10)
DEFINE_CONTRACTION(11)
DEFINE_CONTRACTION(12)
static Contraction *const contractions[] = {contract_7, contract_8, contract_9, contract_10, contract_11, contract_12};
#elif TILE_ROWS == 8
DEFINE_CONTRACTION(5)
DEFINE_CONTRACTION(6)
DEFINE_CONTRACTION(7)
DEFINE_CONTRACTION(8)
static Contraction *const contractions[] = {contract_5, contract_6, contract_7, contract_8};
#elif TILE_ROWS == 6
DEFINE_CONTRACTION(4)
DEFINE_CONTRACTION(5)
DEFINE_CONTRACTION(6)
static Contraction *const contractions[] = {contract_4, contract_5, contract_6};
#else
DEFINE_CONTRACTION(3)
DEFINE_CONTRACTION(4)
static Contraction *const contractions[] = {contract_3, contract_4};
#endif
enum { LOWEST = TILE_ROWS / 2 + 1 };

// Rows of each tile where there are so many tiles.
static int64_t height_of(int64_t rows, int64_t tiles) {
  int64_t height = (rows + tiles - 1) / tiles;
  return height < LOWEST ? LOWEST : height;
}

// One piece of the inner dimension for all of dest's rows and columns.
static void contract_piece(const float *packed_g, int64_t rows, int64_t height, const float *packed_a, int64_t columns,
                           int64_t count, float *sums, int64_t sums_step, bool begins, bool ends, float *dest,
                           int64_t pitch) {
  Contraction *contract = contractions[height - LOWEST];
  for (int64_t r = 0; r < rows; r += height, packed_g += g_panel_floats(count, height)) {
    const float *a = packed_a;
    for (int64_t c = 0; c < columns; c += PANEL, a += count * PANEL, sums += sums_step)
      contract(packed_g, a, count, sums, begins, ends, dest + r * pitch + c, pitch, smaller(rows - r, height),
               smaller(columns - c, PANEL));
  }
}

// numbers: m, n, chunk; places: g, a, dest. Rows first to last of dest.
static void run_gemm_ta(const Instruction *in, const Scalars *scalars, int64_t t, int64_t first, int64_t last,
                        Worker *worker) {
  (void)scalars;
  const Place *g = &in->places[0], *a = &in->places[1], *dest = &in->places[2];
  int64_t n = in->numbers[1], chunk = in->numbers[2], rows = in->rows;
  if (rows == 0 || in->outer == 0 || first >= last) return;
  int64_t panels = (last - first + TILE_ROWS - 1) / TILE_ROWS, height = height_of(last - first, panels);
  for (int64_t begin = (in->outer - 1) / chunk * chunk; begin >= 0; begin -= chunk) {
    int64_t total = smaller(chunk, in->outer - begin) * rows, depth = smaller(total, DEPTH);
    int64_t sums_step = total > DEPTH ? TILE_ROWS * PANEL : 0, at_once = columns_at_once(depth);
    float *packed_g = worker->scratch, *packed_a = packed_g + panels * g_panel_floats(depth, height);
    float *sums = packed_a + depth * at_once;
    for (int64_t done = 0, count; done < total; done += count) {
      count = smaller(total - done, DEPTH);
      Inner inner = {NULL, rows, t + begin + done / rows, done % rows};
      inner.place = g;
      pack_g(inner, count, first, last, height, packed_g);
      inner.place = a;
      for (int64_t column = 0; column < n; column += at_once) {
        int64_t columns = smaller(at_once, n - column);
        pack_a(inner, count, column, column + columns, packed_a);
        contract_piece(packed_g, last - first, height, packed_a, columns, count,
                       sums + column / PANEL * panels * sums_step, sums_step, done == 0, done + count == total,
                       at_row(dest, t, first) + column, dest->pitch);
      }
    }
  }
}

#endif
