// What a program is made of; for those alone who read, resolve and run it.
#ifndef UNROLLED_PARTS_H
#define UNROLLED_PARTS_H

#include "program.h"

// A place whose parts are formulas, by number.
typedef struct {
  int32_t region, offset, stride, pitch, broadcast, walk[WALKED];
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
  // Formulas of outer, rows and the axes walked, then spots, in the order of the instructions.
  int32_t (*spans)[2 + WALKED];
  Spot **spots;
  double work;
  Pace pace;
} Part;

struct Program {
  const Kernels *kernels;
  int32_t *words;
  int32_t axes, regions, packs, format, formulas;
  const int32_t **formula;
  float **region;
  Pack *pack;
  Part parts[PARTS];
  Scalars scalars;
  bool profile;
};

#endif
