#include "pace.h"

// Trying the other way may cost one part in so many of the time.
#define PATIENCE 24
// Nanoseconds that count as of late: longer than a system lets a process wait for its next turn, so that neither a single hold-up
// nor its absence decides.
#define LATE 400e6
// Nanoseconds for which the other way is tried, or one run where that takes longer.
#define TRIAL 100e6
// All threads are held for disturbed if they take that much longer than usual.
#define DISTURBED 1.4

static void add(Lately *lately, double work, double nanoseconds) {
  double kept = LATE / (LATE + nanoseconds);
  lately->nanoseconds = kept * lately->nanoseconds + nanoseconds;
  lately->work = kept * lately->work + work;
}

// Nanoseconds an operation; 0 where nothing is known.
static double pace_of(const Lately *lately) { return lately->work > 0 ? lately->nanoseconds / lately->work : 0; }

// What took shorter than a trial says nothing: the first runs of all are slow.
static bool disturbed(const Pace *pace) {
  return pace->together.nanoseconds >= TRIAL && pace_of(&pace->together) > DISTURBED * pace->usual;
}

static bool due(const Pace *pace, double work) {
  bool wanted = pace->on_one || disturbed(pace), known = pace->alone.work > 0;
  double run = pace_of(pace->on_one ? &pace->together : &pace->alone) * work;
  // That one thread is slower is not known before it was tried once, be the machine as quiet as it may.
  return known ? wanted && pace->since >= PATIENCE * (run > TRIAL ? run : TRIAL) : wanted || pace->since >= PATIENCE * TRIAL;
}

// After the other way was tried: the better one from now on.
static void choose(Pace *pace) {
  double together = pace_of(&pace->together);
  pace->on_one = together > pace_of(&pace->alone);
  // All threads are better although they are slow: that is how it is now.
  if (!pace->on_one) pace->usual = together;
}

bool pace_alone(const Pace *pace) { return pace->on_one != pace->trying; }

void pace_note(Pace *pace, double work, bool alone, double nanoseconds) {
  if (work < 1) work = 1;
  add(alone ? &pace->alone : &pace->together, work, nanoseconds);
  if (!alone && (pace->usual == 0 || nanoseconds / work < pace->usual)) pace->usual = nanoseconds / work;
  pace->since += nanoseconds;
  if (pace->trying ? pace->since < TRIAL : !due(pace, work)) return;
  pace->trying = !pace->trying;
  pace->since = 0;
  if (pace->trying) *(pace->on_one ? &pace->together : &pace->alone) = (Lately){0};
  else choose(pace);
}
