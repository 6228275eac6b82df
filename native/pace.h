// Whether a part of a program is faster on all threads or on one: on a machine that is busy with other work a thread that is
// put aside holds up all the others. Which it is changes no bit.
#ifndef UNROLLED_PACE_H
#define UNROLLED_PACE_H

#include <stdbool.h>

typedef struct {
  // Nanoseconds an operation on one thread, and on all of them, of late; 0 where it has not been tried.
  double alone, together;
  // The least that all threads took where the machine was their own.
  double usual;
  // Nanoseconds since the other way was tried.
  double since;
  bool on_one;
} Pace;

// Whether the next run is to be on one thread.
bool pace_alone(const Pace *pace, double work);
// Notes how long a run took.
void pace_note(Pace *pace, double work, bool alone, double nanoseconds);

#endif
