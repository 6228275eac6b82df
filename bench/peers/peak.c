/* How fast the machine multiplies and adds: peak THREADS MILLISECONDS [PROCESSOR ...] says GFLOP/s of all threads together. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "vectors.h"

/* Enough sums side by side that none waits for its own last addition: 2 units × 4 or 5 cycles. */
enum { SUMS = 14, TURNS = 1 << 17 };

static float sink(vector v) {
  float sum = 0;
  for (unsigned i = 0; i < BYTES / sizeof(float); i++) sum += v[i];
  return sum;
}

static double stretch(float start, volatile float *result) {
  vector a = {0}, b = {0};
  a += 0.999f + start;
  b += 0.001f;
  /* Each begins elsewhere, or the compiler would find that they are all the same. */
  vector s0 = b + 0.0f, s1 = b + 1.0f, s2 = b + 2.0f, s3 = b + 3.0f, s4 = b + 4.0f, s5 = b + 5.0f, s6 = b + 6.0f, s7 = b + 7.0f, s8 = b + 8.0f, s9 = b + 9.0f, s10 = b + 10.0f, s11 = b + 11.0f, s12 = b + 12.0f, s13 = b + 13.0f;
  double from = seconds();
  for (int i = 0; i < TURNS; i++) {
    s0 = s0 * a + b; s1 = s1 * a + b; s2 = s2 * a + b; s3 = s3 * a + b; s4 = s4 * a + b; s5 = s5 * a + b; s6 = s6 * a + b;
    s7 = s7 * a + b; s8 = s8 * a + b; s9 = s9 * a + b; s10 = s10 * a + b; s11 = s11 * a + b; s12 = s12 * a + b; s13 = s13 * a + b;
    __asm__ volatile("" ::: "memory");
  }
  double taken = seconds() - from;
  *result = sink(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11 + s12 + s13);
  return taken;
}

struct work { int processor; double milliseconds; long stretches; double taken; };
static pthread_barrier_t together;

static void *run(void *argument) {
  struct work *work = argument;
#ifdef __linux__
  if (work->processor >= 0) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(work->processor, &one);
    /* Where it may not, the system decides. */
    sched_setaffinity(0, sizeof one, &one);
  }
#endif
  volatile float result = 0;
  stretch(0, &result);
  pthread_barrier_wait(&together);
  double from = seconds();
  do {
    stretch(0, &result);
    work->stretches++;
    work->taken = seconds() - from;
  } while (work->taken * 1000 < work->milliseconds);
  return 0;
}

int main(int count, char **arguments) {
  int threads = count > 1 ? atoi(arguments[1]) : 1;
  double milliseconds = count > 2 ? atof(arguments[2]) : 300, rate = 0;
  pthread_t *ids = calloc(threads, sizeof *ids);
  struct work *works = calloc(threads, sizeof *works);
  pthread_barrier_init(&together, 0, threads);
  for (int i = 0; i < threads; i++) {
    works[i] = (struct work){count > 3 + i ? atoi(arguments[3 + i]) : -1, milliseconds, 0, 0};
    pthread_create(&ids[i], 0, run, &works[i]);
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(ids[i], 0);
    rate += works[i].stretches * 2.0 * SUMS * TURNS * (BYTES / sizeof(float)) / works[i].taken / 1e9;
  }
  printf("%.2f %d\n", rate, BYTES * 8);
  return 0;
}
