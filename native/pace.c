#include "pace.h"

// Trying the other way may cost one part in so many of the time.
#define PATIENCE 24
// All threads are held for disturbed if they take that much longer than usual.
#define DISTURBED 1.4
// How much the last run counts.
#define LAST 0.25

static bool disturbed(const Pace *pace) { return pace->together > DISTURBED * pace->usual; }

bool pace_alone(const Pace *pace, double work) {
  if (pace->on_one) return pace->since < PATIENCE * pace->together * work;
  return disturbed(pace) && pace->since >= PATIENCE * pace->alone * work;
}

void pace_note(Pace *pace, double work, bool alone, double nanoseconds) {
  double taken = nanoseconds / (work > 1 ? work : 1);
  double *of_late = alone ? &pace->alone : &pace->together;
  bool tried = alone != pace->on_one || *of_late == 0;
  *of_late = tried ? taken : *of_late + LAST * (taken - *of_late);
  if (!alone && (pace->usual == 0 || taken < pace->usual)) pace->usual = taken;
  pace->since = alone != pace->on_one ? 0 : pace->since + nanoseconds;
  bool before = pace->on_one;
  // One thread takes over only where all of them are disturbed: what is known of it may be old.
  if (pace->on_one) pace->on_one = pace->together > pace->alone;
  else pace->on_one = pace->alone > 0 && disturbed(pace) && pace->together > pace->alone;
  if (pace->on_one != before) pace->since = 0;
  // It was tried, and all threads are better all the same: that is how it is now.
  else if (alone && !pace->on_one) pace->usual = pace->together;
}
