// A program: instruction lists whose places and counts are formulas of extents, and the memory they are bound to.
#ifndef UNROLLED_PROGRAM_H
#define UNROLLED_PROGRAM_H

#include "crew.h"
#include "kernels.h"

enum { PARTS = 3 };

typedef struct Program Program;

// Reads a program from the words that encode.ts writes. NULL if there is no memory for it.
Program *program_create(const Kernels *kernels, const int32_t *words, bool profile);
void program_free(Program *program);
int32_t program_regions(const Program *program);
// Says where region `index` lies.
void program_bind(Program *program, int32_t index, float *at);
// Makes numbers of a part's formulas. Whether all places lie inside their regions was asked before.
void program_resolve(Program *program, int part, const int32_t *extents);
// Floating-point operations of a resolved part, roughly.
double program_work(const Program *program, int part);
// Floats of scratch memory that each of so many threads needs for a resolved part.
int64_t program_scratch(const Program *program, int part, int threads);
// Of runs of the part, from the first on.
Pace *program_pace(Program *program, int part);
// Gives a thread's memory that size at least; false if there is none.
bool worker_reserve(Worker *worker, int64_t floats);
Scalars *program_scalars(Program *program);
// Runs a resolved part as one of `threads`.
void program_run(Program *program, int part, Scalars scalars, Worker *worker, int thread, int threads, Crew *crew);
int32_t program_instructions(const Program *program, int part);
// Runs and nanoseconds of an instruction.
void program_time(const Program *program, int part, int32_t instruction, double *calls, double *nanoseconds);

#endif
