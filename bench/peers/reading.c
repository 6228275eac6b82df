/* How fast one core reads the same bytes again and again: reading BYTES MILLISECONDS [PROCESSOR] says GB/s. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

/* Several sums side by side, so that reading and not adding is what takes time. */
static vector sum(const vector *from, long count) {
  vector s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, s7 = {0};
  for (long i = 0; i + 8 <= count; i += 8) {
    s0 += from[i]; s1 += from[i + 1]; s2 += from[i + 2]; s3 += from[i + 3];
    s4 += from[i + 4]; s5 += from[i + 5]; s6 += from[i + 6]; s7 += from[i + 7];
  }
  return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
}

int main(int count, char **arguments) {
  long bytes = count > 1 ? atol(arguments[1]) : 1 << 20;
  double milliseconds = count > 2 ? atof(arguments[2]) : 200, taken;
#ifdef __linux__
  if (count > 3) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(atoi(arguments[3]), &one);
    sched_setaffinity(0, sizeof one, &one);
  }
#endif
  vector *from = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  memset(from, 0, bytes);
  volatile float result = 0;
  long times = 0;
  result = sum(from, bytes / BYTES)[0];
  double begun = seconds();
  do {
    for (int i = 0; i < 16; i++) {
      result = sum(from, bytes / BYTES)[0];
      __asm__ volatile("" ::: "memory");
    }
    times += 16;
    taken = seconds() - begun;
  } while (taken * 1000 < milliseconds);
  (void)result;
  printf("%.2f %ld\n", (double)bytes * times / taken / 1e9, bytes);
  return 0;
}
