// dest += gᵀ · a over steps and rows: the gradient of a matrix. Steps are cut into chunks; each chunk is summed from zero in
// rising order, in registers, then added to dest; the last chunk comes first.
#ifndef UNROLLED_CONTRACT_H
#define UNROLLED_CONTRACT_H

#include "gemm.h"

// Inner indices packed at a time, and columns of `a` beside them: a panel of each operand lies in the first-level cache, the
// columns in the second.
#define DEPTH 512
#define COLUMNS_BYTES 262144
// Rows of g that are fetched before they are packed.
#define AHEAD 4
// Keeps panels from falling onto the same cache sets.
#define G_SLACK 16

static int64_t columns_at_once(int64_t depth) {
  int64_t columns = COLUMNS_BYTES / 4 / (depth > 0 ? depth : 1) / PANEL * PANEL;
  return columns < 2 * PANEL ? 2 * PANEL : columns > 1024 ? 1024 : columns;
}

static int64_t g_panel_floats(int64_t depth) { return depth * TILE_ROWS + G_SLACK; }

// Sums wait in memory only where the inner dimension takes more than one piece.
static int64_t waiting_sums(int64_t rows, int64_t columns, int64_t total) {
  int64_t panels = (rows + TILE_ROWS - 1) / TILE_ROWS, tiles = (columns + PANEL - 1) / PANEL;
  return (total > DEPTH ? panels * tiles : 1) * TILE_ROWS * PANEL;
}

static int64_t gemm_ta_scratch(int64_t rows, int64_t columns, int64_t total) {
  int64_t depth = smaller(total, DEPTH), panels = (rows + TILE_ROWS - 1) / TILE_ROWS;
  return panels * g_panel_floats(depth) + columns_at_once(depth) * depth + waiting_sums(rows, columns, total) + 2 * G_SLACK;
}

typedef struct {
  const Place *place;
  int64_t rows, t, row;
} Inner;

INLINE void next_inner(Inner *inner) {
  if (++inner->row == inner->rows) inner->row = 0, inner->t++;
}

// Columns [from, to) of g in panels of TILE_ROWS. Each copy moves whole vectors; what is too much is overwritten by the next.
static void pack_g(Inner inner, int64_t count, int64_t from, int64_t to, float *into) {
  const int moved = (TILE_ROWS + LANES - 1) / LANES;
  for (int64_t i = 0; i < count; i++, next_inner(&inner)) {
    const float *g = at_row(inner.place, inner.t, inner.row);
    float *at = into + i * TILE_ROWS;
    for (int64_t m = from; m < to; m += TILE_ROWS, at += g_panel_floats(count)) {
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
      store(at, load(a + n));
      store(at + LANES, load(a + n + LANES));
    }
  }
}

// Sums of TILE_ROWS × PANEL products; they start from `sums` unless `first`, and end there unless `last`, when they join dest.
static void contract_tile(const float *g, const float *a, int64_t count, float *sums, bool first, bool last, float *dest,
                          int64_t pitch, int64_t rows, int64_t width) {
  floats s[TILE_ROWS][2];
  UNROLL for (int r = 0; r < TILE_ROWS; r++) s[r][0] = s[r][1] = (floats){0};
  if (!first)
    UNROLL for (int r = 0; r < TILE_ROWS; r++) s[r][0] = load(sums + r * PANEL), s[r][1] = load(sums + r * PANEL + LANES);
  for (int64_t i = 0; i < count; i++, g += TILE_ROWS, a += PANEL) {
    floats low = load(a), high = load(a + LANES);
    UNROLL for (int r = 0; r < TILE_ROWS; r++) {
      floats value = splat(g[r]);
      s[r][0] = multiply_add(value, low, s[r][0]);
      s[r][1] = multiply_add(value, high, s[r][1]);
    }
  }
  if (!last || rows < TILE_ROWS || width < PANEL) {
    UNROLL for (int r = 0; r < TILE_ROWS; r++) store(sums + r * PANEL, s[r][0]), store(sums + r * PANEL + LANES, s[r][1]);
    if (!last) return;
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < width; c++) dest[r * pitch + c] += sums[r * PANEL + c];
    return;
  }
  UNROLL for (int r = 0; r < TILE_ROWS; r++) {
    float *to = dest + r * pitch;
    store(to, load(to) + s[r][0]);
    store(to + LANES, load(to + LANES) + s[r][1]);
  }
}

// One piece of the inner dimension for all of dest's rows and columns.
static void contract_piece(const float *packed_g, int64_t rows, const float *packed_a, int64_t columns, int64_t count,
                           float *sums, int64_t sums_step, bool begins, bool ends, float *dest, int64_t pitch) {
  for (int64_t r = 0; r < rows; r += TILE_ROWS, packed_g += g_panel_floats(count)) {
    const float *a = packed_a;
    for (int64_t c = 0; c < columns; c += PANEL, a += count * PANEL, sums += sums_step)
      contract_tile(packed_g, a, count, sums, begins, ends, dest + r * pitch + c, pitch, smaller(rows - r, TILE_ROWS),
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
  int64_t panels = (last - first + TILE_ROWS - 1) / TILE_ROWS;
  for (int64_t begin = (in->outer - 1) / chunk * chunk; begin >= 0; begin -= chunk) {
    int64_t total = smaller(chunk, in->outer - begin) * rows, depth = smaller(total, DEPTH);
    int64_t sums_step = total > DEPTH ? TILE_ROWS * PANEL : 0, at_once = columns_at_once(depth);
    float *packed_g = worker->scratch, *packed_a = packed_g + panels * g_panel_floats(depth);
    float *sums = packed_a + depth * at_once;
    for (int64_t done = 0, count; done < total; done += count) {
      count = smaller(total - done, DEPTH);
      Inner inner = {NULL, rows, t + begin + done / rows, done % rows};
      inner.place = g;
      pack_g(inner, count, first, last, packed_g);
      inner.place = a;
      for (int64_t column = 0; column < n; column += at_once) {
        int64_t columns = smaller(at_once, n - column);
        pack_a(inner, count, column, column + columns, packed_a);
        contract_piece(packed_g, last - first, packed_a, columns, count,
                       sums + column / PANEL * panels * sums_step, sums_step, done == 0, done + count == total,
                       at_row(dest, t, first) + column, dest->pitch);
      }
    }
  }
}

#endif
