// Whether a part of a program is faster on all threads or on one: on a machine that is busy with other work a thread that is
// put aside holds up all the others. Which it is changes no bit.
#ifndef UNROLLED_PACE_H
#define UNROLLED_PACE_H

#include <stdbool.h>

// What was done of late, and how long it took: what is further back counts less.
typedef struct {
  double nanoseconds, work;
} Lately;

typedef struct {
  Lately alone, together;
  // The least nanoseconds an operation that all threads took: so it is where the machine is their own.
  double usual;
  // Nanoseconds since the other way was tried; while it is being tried, since that began.
  double since;
  bool trying;
  bool on_one;
} Pace;

// Whether the next run is to be on one thread.
bool pace_alone(const Pace *pace);
// Notes how long a run took.
void pace_note(Pace *pace, double work, bool alone, double nanoseconds);

#endif
