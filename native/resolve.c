// Makes numbers of a part's formulas, and from them says how each instruction is dealt out and where threads wait for each other.
#include "parts.h"

// More floats than any memory has: what is never reached, because there are no rows, may be as far away.
#define BEYOND (INT64_C(1) << 48)

static int64_t within(int64_t value) { return value > BEYOND ? BEYOND : value < -BEYOND ? -BEYOND : value; }

static int64_t value_of(const Program *program, int32_t formula, const int32_t *extents) {
  const int32_t *at = program->formula[formula];
  int64_t sum = 0;
  for (int32_t terms = *at++; terms > 0; terms--) {
    int64_t product = *at++;
    for (int32_t axes = *at++; axes > 0; axes--) {
      if (__builtin_mul_overflow(product, extents[*at++], &product)) product = BEYOND;
      product = within(product);
    }
    sum = within(sum + product);
  }
  return sum;
}

static bool even(const Instruction *in, int32_t place) {
  return in->outer == 1 || in->places[place].stride == in->rows * in->places[place].pitch;
}

// Whether rows can be walked as one run, and as one row.
static void look_at_rows(Instruction *in) {
  const int32_t *numbers = in->numbers;
  in->uniform = true;
  for (int32_t i = 0; i < in->places_count; i++) {
    bool shared = in->kind == KIND_GEMM && i == 2;
    in->uniform = in->uniform && (shared ? in->outer == 1 || in->places[i].stride == 0 : even(in, i));
  }
  if (in->kind == KIND_RANDOM || in->kind == KIND_GATHER) in->uniform = in->outer == 1;
  if (in->kind != KIND_ROWS) return;
  int32_t inputs = numbers[1], steps = numbers[2], outputs = numbers[3];
  in->flat = true;
  for (int32_t i = 0; i < inputs + outputs; i++)
    in->flat = in->flat && !in->places[i].broadcast && (in->rows == 1 || in->places[i].pitch == numbers[0]);
  for (int32_t o = 0; o < outputs; o++) in->flat = in->flat && numbers[5 + 5 * steps + 3 * o + 1] == 0;
  // The position is the outer index.
  for (int32_t s = 0; s < steps; s++)
    if (numbers[5 + 5 * s] == OP_POSITION && in->outer != 1) in->uniform = false;
  // With one row an outer index there is no pitch to speak of.
  if (in->flat && in->uniform && in->rows == 1 && in->outer > 1)
    for (int32_t i = 0; i < inputs + outputs; i++) in->flat = in->flat && in->places[i].stride == numbers[0];
}

static int64_t scratch_of(const Program *program, const Instruction *in, int threads) {
  const int32_t *numbers = in->numbers;
  switch (in->kind) {
    case KIND_ROWS: {
      int32_t slots = 0;
      for (int32_t s = 0; s < numbers[2]; s++)
        if (numbers[5 + 5 * s + 4] >= slots) slots = numbers[5 + 5 * s + 4] + 1;
      return (int64_t)(numbers[1] + slots + 1) * ROWS_BLOCK;
    }
    case KIND_PACK: case KIND_GEMM:
      return in->format == FLOAT32 ? 0 : (int64_t)numbers[1] * program->kernels->panel;
    case KIND_GEMM_TA: {
      int64_t steps = in->outer < numbers[2] ? in->outer : numbers[2];
      return program->kernels->gemm_ta_scratch(numbers[0] / threads + 64, numbers[1], steps * in->rows);
    }
    default:
      return 0;
  }
}

// How the instruction's work is dealt out.
static void deal(const Program *program, const Instruction *in, Share *share) {
  const int32_t *numbers = in->numbers;
  share->run = program->kernels->run[in->kind];
  share->grain = 16;
  switch (in->kind) {
    case KIND_PACK: {
      int64_t panel = program->kernels->panel;
      share->items = (numbers[2] + panel - 1) / panel;
      share->grain = 1;
      break;
    }
    case KIND_GEMM_TA: share->items = numbers[0], share->grain = 24; break;
    case KIND_SUM_SQUARES:
      share->items = (numbers[0] + SQUARES_BLOCK - 1) / SQUARES_BLOCK;
      share->grain = 1;
      break;
    default:
      if (!in->row_wise) {
        // A sum over rows: its columns.
        share->items = numbers[0];
        break;
      }
      share->items = in->outer * in->rows;
      share->grain = 1;
      if (in->kind == KIND_ROWS && share->items == 1 && !in->looped && in->walk[0] * in->walk[1] == 1) {
        share->items = numbers[0];
        share->grain = 16;
        share->run = program->kernels->row;
      }
  }
}

// No barrier is needed between instructions of a loop that deal the same rows out to the same threads.
static void place_barriers(Part *part) {
  int32_t loop = -1;
  for (int32_t i = 0; i < part->count; i++) {
    Instruction *in = &part->instructions[i];
    if (in->kind == KIND_LOOP) loop = i;
    if (in->kind == KIND_LOOP || in->kind == KIND_END) {
      // Whoever is through with a loop waits for the others.
      part->shares[i].barrier = in->kind == KIND_END;
      if (in->kind == KIND_END) loop = -1;
      continue;
    }
    if (loop < 0) {
      part->shares[i].barrier = true;
      continue;
    }
    int32_t next = i + 1 < part->shares[loop].end ? i + 1 : loop + 1;
    const Instruction *after = &part->instructions[next];
    // The same rows are those of the same formula: two axes may happen to be of one extent.
    bool same = part->spans[i][1] == part->spans[next][1];
    part->shares[i].barrier = !(in->row_wise && after->row_wise && same);
  }
}

void program_resolve(Program *program, int part_number, const int32_t *extents) {
  Part *part = &program->parts[part_number];
  double rounds = 1;
  part->work = 0;
  for (int32_t i = 0; i < part->count; i++) {
    Instruction *in = &part->instructions[i];
    in->outer = value_of(program, part->spans[i][0], extents);
    in->rows = value_of(program, part->spans[i][1], extents);
    for (int axis = 0; axis < WALKED; axis++) in->walk[axis] = value_of(program, part->spans[i][2 + axis], extents);
    for (int32_t p = 0; p < in->places_count; p++) {
      const Spot *spot = &part->spots[i][p];
      int64_t offset = value_of(program, spot->offset, extents);
      in->places[p] = (Place){program->region[spot->region] + offset, value_of(program, spot->stride, extents),
                              value_of(program, spot->pitch, extents), spot->broadcast != 0};
      for (int axis = 0; axis < WALKED; axis++) in->moves[p][axis] = value_of(program, spot->walk[axis], extents);
    }
    if (in->kind == KIND_LOOP) rounds = (double)in->outer;
    if (in->kind == KIND_END) rounds = 1;
    if (in->kind == KIND_LOOP || in->kind == KIND_END) continue;
    if (in->row_wise) look_at_rows(in);
    deal(program, in, &part->shares[i]);
    part->work += rounds * in->effort * (double)(in->outer * in->rows) * (double)(in->walk[0] * in->walk[1]);
  }
  place_barriers(part);
}

int64_t program_scratch(const Program *program, int part_number, int threads) {
  const Part *part = &program->parts[part_number];
  int64_t most = 0;
  for (int32_t i = 0; i < part->count; i++) {
    int64_t scratch = scratch_of(program, &part->instructions[i], threads);
    if (scratch > most) most = scratch;
  }
  return most;
}
