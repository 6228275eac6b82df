// Threads that work on one job together, and the line of jobs in front of them.
#ifndef UNROLLED_CREW_H
#define UNROLLED_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "pace.h"

typedef struct Crew Crew;

// One job: done by every thread of the crew at once (`thread` of `threads`), where that is faster than by the first alone, as its
// pace tells; without a pace by the first alone.
typedef struct {
  void (*run)(void *subject, int thread, int threads, Crew *crew);
  void *subject;
  Pace *pace;
  // Operations it takes, roughly.
  double work;
  // Called by the first thread when the job is done or left undone; may give back what the job owned.
  void (*done)(void *subject);
} Job;

// Threads begin when the first job comes. `finished` is called, from the first thread, whenever a job is done.
Crew *crew_create(int threads, void (*finished)(void *context), void *context);
// Waits for the job that is being done, leaves those behind it undone, and ends the threads.
void crew_dispose(Crew *crew);
// Puts a job in line; false if there is no thread to be had.
bool crew_add(Crew *crew, Job job);
// How many jobs were put in line, and how many of them are done.
uint64_t crew_added(Crew *crew);
uint64_t crew_done(Crew *crew);
// Waits until everything in line is done.
void crew_wait(Crew *crew);
// Threads of one job wait here for each other. Nothing happens with one thread.
void crew_barrier(Crew *crew, int threads);

// Turns on flushing of subnormal numbers on this thread; gives what to restore.
uint64_t flush_subnormals(void);
void restore_subnormals(uint64_t before);

#endif
