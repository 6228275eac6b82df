#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// A place whose parts are formulas, by number.
typedef struct {
  int32_t region, offset, stride, pitch, broadcast;
} Spot;

// How an instruction is shared among threads: `items` in pieces of `grain`.
typedef struct {
  Kernel *run;
  int64_t items, grain;
  // Everybody waits behind it for everybody else.
  bool barrier;
  // Behind a loop's last instruction, before the next round.
  int32_t end;
  double calls, nanoseconds;
} Share;

typedef struct {
  int32_t count;
  Instruction *instructions;
  Share *shares;
  // Formulas of outer and rows, then spots, in the order of the instructions.
  int32_t (*spans)[2];
  Spot **spots;
  double work;
  int64_t scratch;
} Part;

struct Program {
  const Kernels *kernels;
  int32_t *words;
  int32_t axes, regions, packs, format, formulas;
  const int32_t **formula;
  const int32_t *sizes;
  float **region;
  int64_t *floats;
  Pack *pack;
  Part parts[PARTS];
  Scalars scalars;
  bool profile;
};

static void *zeroed(size_t count, size_t size) { return calloc(count > 0 ? count : 1, size); }

// Aligned, zero, with room behind for kernels that read whole vectors.
static void *aligned(size_t bytes) {
  size_t whole = (bytes + 256 + 63) / 64 * 64;
  void *memory = aligned_alloc(64, whole);
  if (memory != NULL) memset(memory, 0, whole);
  return memory;
}

// More floats than any memory has, so that what does not fit is seen and nothing overflows.
#define BEYOND (INT64_C(1) << 48)

static int64_t within(int64_t value) { return value > BEYOND ? BEYOND : value < -BEYOND ? -BEYOND : value; }

// Terms with an extent that is not known (−1) count for nothing.
static int64_t value_of(const Program *program, int32_t formula, const int32_t *extents) {
  const int32_t *at = program->formula[formula];
  int64_t sum = 0;
  for (int32_t terms = *at++; terms > 0; terms--) {
    int64_t product = *at++;
    for (int32_t axes = *at++; axes > 0; axes--) {
      int32_t extent = extents[*at++];
      if (__builtin_mul_overflow(product, extent < 0 ? 0 : extent, &product)) product = BEYOND;
      product = within(product);
    }
    sum = within(sum + product);
  }
  return sum;
}

static bool row_wise(int kind) {
  switch (kind) {
    case KIND_ROWS: case KIND_GEMM: case KIND_GATHER: case KIND_REDUCE_COLUMNS: case KIND_CROSS_ENTROPY:
    case KIND_CROSS_ENTROPY_GRADIENT: case KIND_RANDOM: case KIND_FILL:
      return true;
    default:
      return false;
  }
}

// Constants of ROWS lie behind its results; each becomes a block.
static bool make_constants(Instruction *in) {
  const int32_t *numbers = in->numbers;
  int32_t count = numbers[4], at = 5 + 5 * numbers[2] + 3 * numbers[3];
  if (count == 0) return true;
  in->constants = aligned((size_t)count * ROWS_BLOCK * 4);
  if (in->constants == NULL) return false;
  for (int32_t i = 0; i < count; i++)
    for (int32_t c = 0; c < ROWS_BLOCK; c++) memcpy(&in->constants[i * ROWS_BLOCK + c], &numbers[at + i], 4);
  return true;
}

static bool make_pack(Program *program, Instruction *in) {
  Pack *pack = &program->pack[in->numbers[0]];
  in->pack = pack;
  in->format = program->format;
  if (pack->values != NULL) return true;
  int64_t panel = program->kernels->panel, columns = (in->numbers[2] + panel - 1) / panel * panel;
  static const size_t bytes[] = {4, 2, 1};
  pack->k = in->numbers[1];
  pack->n = in->numbers[2];
  pack->values = aligned((size_t)(columns * pack->k) * bytes[program->format]);
  if (program->format == INT8) pack->scales = aligned((size_t)columns * 4);
  return pack->values != NULL && (program->format != INT8 || pack->scales != NULL);
}

static const int32_t *read_part(Program *program, Part *part, const int32_t *at) {
  part->count = *at++;
  size_t count = (size_t)part->count;
  part->instructions = zeroed(count, sizeof(Instruction));
  part->shares = zeroed(count, sizeof(Share));
  part->spans = zeroed(count, sizeof(*part->spans));
  part->spots = zeroed(count, sizeof(Spot *));
  if (!part->instructions || !part->shares || !part->spans || !part->spots) return NULL;
  int32_t loop = -1;
  for (int32_t i = 0; i < part->count; i++) {
    Instruction *in = &part->instructions[i];
    in->kind = *at++;
    part->spans[i][0] = *at++;
    part->spans[i][1] = *at++;
    in->places_count = *at++;
    in->numbers_count = *at++;
    part->spots[i] = (Spot *)at;
    at += in->places_count * (int32_t)(sizeof(Spot) / 4);
    in->numbers = at;
    at += in->numbers_count;
    in->looped = loop >= 0 && in->kind != KIND_END;
    if (in->kind == KIND_LOOP) loop = i;
    if (in->kind == KIND_END) part->shares[loop].end = i, loop = -1;
    in->places = zeroed((size_t)in->places_count, sizeof(Place));
    if (in->places == NULL) return NULL;
    if (in->kind == KIND_ROWS && !make_constants(in)) return NULL;
    if ((in->kind == KIND_PACK || in->kind == KIND_GEMM) && !make_pack(program, in)) return NULL;
    if (in->kind == KIND_SUM_SQUARES) {
      in->sums = zeroed((size_t)in->numbers[0] / SQUARES_BLOCK + 1, sizeof(double));
      if (in->sums == NULL) return NULL;
    }
  }
  return at;
}

Program *program_create(const Kernels *kernels, const int32_t *words, bool profile) {
  Program *program = zeroed(1, sizeof(Program));
  if (program == NULL) return NULL;
  program->kernels = kernels;
  program->profile = profile;
  size_t count = (size_t)words[0];
  program->words = malloc(4 * count);
  if (program->words == NULL) return program_free(program), NULL;
  memcpy(program->words, words, 4 * count);
  const int32_t *at = program->words + 1;
  program->axes = *at++;
  program->regions = *at++;
  program->packs = *at++;
  program->format = *at++;
  program->formulas = *at++;
  program->formula = zeroed((size_t)program->formulas, sizeof(int32_t *));
  program->region = zeroed((size_t)program->regions, sizeof(float *));
  program->floats = zeroed((size_t)program->regions, sizeof(int64_t));
  program->pack = zeroed((size_t)program->packs, sizeof(Pack));
  if (!program->formula || !program->region || !program->floats || !program->pack) return program_free(program), NULL;
  for (int32_t i = 0; i < program->formulas; i++) {
    program->formula[i] = at;
    for (int32_t terms = *at++; terms > 0; terms--) at++, at += 1 + *at;
  }
  program->sizes = at;
  at += program->regions;
  for (int part = 0; part < PARTS; part++)
    if ((at = read_part(program, &program->parts[part], at)) == NULL) return program_free(program), NULL;
  return program;
}

void program_free(Program *program) {
  for (int p = 0; p < PARTS; p++) {
    Part *part = &program->parts[p];
    for (int32_t i = 0; part->instructions && i < part->count; i++) {
      free(part->instructions[i].places);
      free(part->instructions[i].constants);
      free(part->instructions[i].sums);
    }
    free(part->instructions);
    free(part->shares);
    free(part->spans);
    free(part->spots);
  }
  for (int32_t i = 0; program->pack && i < program->packs; i++) free(program->pack[i].values), free(program->pack[i].scales);
  free(program->pack);
  free(program->formula);
  free(program->region);
  free(program->floats);
  free(program->words);
  free(program);
}

int32_t program_regions(const Program *program) { return program->regions; }
Scalars *program_scalars(Program *program) { return &program->scalars; }
double program_work(const Program *program, int part) { return program->parts[part].work; }
int32_t program_instructions(const Program *program, int part) { return program->parts[part].count; }

void program_bind(Program *program, int32_t index, float *at, int64_t floats) {
  program->region[index] = at;
  program->floats[index] = floats;
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
  // The position is the outer index: 17 is OP_POSITION.
  for (int32_t s = 0; s < steps; s++)
    if (numbers[5 + 5 * s] == 17 && in->outer != 1) in->uniform = false;
  // With one row an outer index there is no pitch to speak of.
  if (in->flat && in->uniform && in->rows == 1 && in->outer > 1)
    for (int32_t i = 0; i < inputs + outputs; i++) in->flat = in->flat && in->places[i].stride == numbers[0];
}

static double work_of(const Instruction *in, double rounds) {
  double rows = (double)in->outer * (double)in->rows * rounds;
  const int32_t *numbers = in->numbers;
  switch (in->kind) {
    case KIND_GEMM: return 2 * rows * numbers[1] * numbers[2];
    case KIND_GEMM_TA: return 2 * rows * numbers[0] * numbers[1];
    case KIND_ROWS: return 4 * rows * numbers[0] * (numbers[2] + 1);
    case KIND_PACK: return 8.0 * numbers[1] * numbers[2];
    case KIND_CROSS_ENTROPY: case KIND_CROSS_ENTROPY_GRADIENT: case KIND_RANDOM: return 40 * rows * numbers[0];
    case KIND_SUM_SQUARES: return 4.0 * numbers[0];
    case KIND_LOOP: case KIND_END: return 0;
    default: return 4 * rows * numbers[0];
  }
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
    case KIND_SCATTER_ADD: case KIND_SUM_ROWS: share->items = numbers[0]; break;
    case KIND_SUM_SQUARES:
      share->items = (numbers[0] + SQUARES_BLOCK - 1) / SQUARES_BLOCK;
      share->grain = 1;
      break;
    default:
      share->items = in->outer * in->rows;
      share->grain = 1;
      if (in->kind == KIND_ROWS && share->items == 1 && !in->looped) {
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
    part->shares[i].barrier = !(row_wise(in->kind) && row_wise(after->kind) && in->rows == after->rows);
  }
}

int32_t program_resolve(Program *program, int part_number, const int32_t *extents, int threads, double small) {
  Part *part = &program->parts[part_number];
  // Only the body knows every extent; of the others' regions what is known must be there.
  for (int32_t i = 0; i < program->regions; i++)
    if (value_of(program, program->sizes[i], extents) > program->floats[i]) return 1 + i;
  double rounds = 1;
  part->work = 0;
  part->scratch = 0;
  for (int32_t i = 0; i < part->count; i++) {
    Instruction *in = &part->instructions[i];
    in->outer = value_of(program, part->spans[i][0], extents);
    in->rows = value_of(program, part->spans[i][1], extents);
    for (int32_t p = 0; p < in->places_count; p++) {
      const Spot *spot = &part->spots[i][p];
      int64_t offset = value_of(program, spot->offset, extents);
      in->places[p] = (Place){program->region[spot->region] + offset, value_of(program, spot->stride, extents),
                              value_of(program, spot->pitch, extents), program->floats[spot->region] - offset,
                              spot->broadcast != 0};
    }
    if (in->kind == KIND_LOOP) rounds = (double)in->outer;
    if (in->kind == KIND_END) rounds = 1;
    if (in->kind == KIND_LOOP || in->kind == KIND_END) continue;
    if (row_wise(in->kind)) look_at_rows(in);
    deal(program, in, &part->shares[i]);
    part->work += work_of(in, rounds);
  }
  for (int32_t i = 0; i < part->count; i++) {
    int64_t scratch = scratch_of(program, &part->instructions[i], part->work < small ? 1 : threads);
    if (scratch > part->scratch) part->scratch = scratch;
  }
  place_barriers(part);
  return 0;
}

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static int64_t border(const Share *share, int thread, int threads) {
  if (thread == threads) return share->items;
  int64_t pieces = (share->items + share->grain - 1) / share->grain;
  int64_t at = pieces * thread / threads * share->grain;
  return at < share->items ? at : share->items;
}

typedef struct {
  Program *program;
  Part *part;
  Scalars scalars;
  Worker *worker;
  int thread, threads;
  Crew *crew;
} Turn;

static void run_one(const Turn *turn, int32_t i, int64_t t) {
  const Instruction *in = &turn->part->instructions[i];
  Share *share = &turn->part->shares[i];
  double begun = turn->program->profile && turn->thread == 0 ? nanoseconds() : 0;
  int64_t first = border(share, turn->thread, turn->threads), last = border(share, turn->thread + 1, turn->threads);
  if (first < last) share->run(in, &turn->scalars, t, first, last, turn->worker);
  if (share->barrier) crew_barrier(turn->crew, turn->threads);
  if (in->kind == KIND_SUM_SQUARES && turn->thread == 0) {
    double sum = 0;
    for (int64_t block = 0; block < share->items; block++) sum += in->sums[block];
    *(in->places[1].at + t * in->places[1].stride) = (float)sum;
  }
  if (in->kind == KIND_SUM_SQUARES) crew_barrier(turn->crew, turn->threads);
  if (begun > 0) share->nanoseconds += nanoseconds() - begun, share->calls++;
}

bool worker_reserve(Worker *worker, int64_t floats) {
  if (worker->floats >= floats) return true;
  free(worker->scratch);
  worker->scratch = aligned((size_t)floats * 4);
  worker->floats = worker->scratch == NULL ? 0 : floats;
  return worker->scratch != NULL;
}

int64_t program_scratch(const Program *program, int part) { return program->parts[part].scratch; }

void program_run(Program *program, int part_number, Scalars scalars, Worker *worker, int thread, int threads, Crew *crew) {
  Part *part = &program->parts[part_number];
  Turn turn = {program, part, scalars, worker, thread, threads, crew};
  for (int32_t i = 0; i < part->count; i++) {
    const Instruction *in = &part->instructions[i];
    if (in->kind != KIND_LOOP) {
      run_one(&turn, i, 0);
      continue;
    }
    int32_t end = part->shares[i].end;
    for (int64_t round = 0; round < in->outer; round++) {
      int64_t t = in->numbers[0] ? in->outer - 1 - round : round;
      for (int32_t inner = i + 1; inner < end; inner++) run_one(&turn, inner, t);
    }
    crew_barrier(crew, threads);
    i = end;
  }
}

void program_time(const Program *program, int part, int32_t instruction, double *calls, double *time) {
  const Share *share = &program->parts[part].shares[instruction];
  *calls = share->calls;
  *time = share->nanoseconds;
}
