// Programs as they are read from words, and what they own.
#include "parts.h"

#include <stdlib.h>
#include <string.h>

static void *zeroed(size_t count, size_t size) { return calloc(count > 0 ? count : 1, size); }

// Aligned, zero, with room behind for kernels that read whole vectors.
static void *aligned(size_t bytes) {
  size_t whole = (bytes + 256 + 63) / 64 * 64;
  void *memory = aligned_alloc(64, whole);
  if (memory != NULL) memset(memory, 0, whole);
  return memory;
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
    in->row_wise = *at++ != 0;
    in->effort = *at++;
    for (int span = 0; span < 2 + WALKED; span++) part->spans[i][span] = *at++;
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
    in->moves = zeroed((size_t)in->places_count, sizeof(*in->moves));
    if (in->places == NULL || in->moves == NULL) return NULL;
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
  program->pack = zeroed((size_t)program->packs, sizeof(Pack));
  if (!program->formula || !program->region || !program->pack) return program_free(program), NULL;
  for (int32_t i = 0; i < program->formulas; i++) {
    program->formula[i] = at;
    for (int32_t terms = *at++; terms > 0; terms--) at++, at += 1 + *at;
  }
  for (int part = 0; part < PARTS; part++)
    if ((at = read_part(program, &program->parts[part], at)) == NULL) return program_free(program), NULL;
  return program;
}

void program_free(Program *program) {
  for (int p = 0; p < PARTS; p++) {
    Part *part = &program->parts[p];
    for (int32_t i = 0; part->instructions && i < part->count; i++) {
      free(part->instructions[i].places);
      free(part->instructions[i].moves);
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
  free(program->words);
  free(program);
}

int32_t program_regions(const Program *program) { return program->regions; }
Scalars *program_scalars(Program *program) { return &program->scalars; }
double program_work(const Program *program, int part) { return program->parts[part].work; }
Pace *program_pace(Program *program, int part) { return &program->parts[part].pace; }
int32_t program_instructions(const Program *program, int part) { return program->parts[part].count; }

void program_bind(Program *program, int32_t index, float *at) {
  program->region[index] = at;
}

void program_time(const Program *program, int part, int32_t instruction, double *calls, double *time) {
  const Share *share = &program->parts[part].shares[instruction];
  *calls = share->calls;
  *time = share->nanoseconds;
}

bool worker_reserve(Worker *worker, int64_t floats) {
  if (worker->floats >= floats) return true;
  free(worker->scratch);
  worker->scratch = aligned((size_t)floats * 4);
  worker->floats = worker->scratch == NULL ? 0 : floats;
  return worker->scratch != NULL;
}
