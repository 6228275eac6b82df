// Walks a resolved part, each thread doing its share of every instruction.
#include "parts.h"

#include <time.h>

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

// Every index of the axes walked, the last first, on places moved there.
static void run_walked(const Instruction *in, const Share *share, const Turn *turn, int64_t t, int64_t first, int64_t last) {
  Instruction here = *in;
  Place places[in->places_count];
  here.places = places;
  for (int64_t a = in->walk[0] - 1; a >= 0; a--)
    for (int64_t b = in->walk[1] - 1; b >= 0; b--) {
      for (int32_t p = 0; p < in->places_count; p++) {
        places[p] = in->places[p];
        places[p].at += a * in->moves[p][0] + b * in->moves[p][1];
      }
      share->run(&here, &turn->scalars, t, first, last, turn->worker);
    }
}

static void run_one(const Turn *turn, int32_t i, int64_t t) {
  const Instruction *in = &turn->part->instructions[i];
  Share *share = &turn->part->shares[i];
  double begun = turn->program->profile && turn->thread == 0 ? nanoseconds() : 0;
  int64_t first = border(share, turn->thread, turn->threads), last = border(share, turn->thread + 1, turn->threads);
  bool walked = in->walk[0] != 1 || in->walk[1] != 1;
  if (first < last && walked) run_walked(in, share, turn, t, first, last);
  else if (first < last) share->run(in, &turn->scalars, t, first, last, turn->worker);
  if (share->barrier) crew_barrier(turn->crew, turn->threads);
  if (in->kind == KIND_SUM_SQUARES && turn->thread == 0) {
    double sum = 0;
    for (int64_t block = 0; block < share->items; block++) sum += in->sums[block];
    *(in->places[1].at + t * in->places[1].stride) = (float)sum;
  }
  if (in->kind == KIND_SUM_SQUARES) crew_barrier(turn->crew, turn->threads);
  if (begun > 0) share->nanoseconds += nanoseconds() - begun, share->calls++;
}

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
