// Machines as JavaScript sees them: kernels, threads, the line of jobs, and who waits for it.
#include "binding.h"

#include <time.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#if defined(__x86_64__)
extern const Kernels kernels_avx512, kernels_avx2;
#elif defined(__aarch64__)
extern const Kernels kernels_neon;
#endif
extern const Kernels kernels_plain;

// The fastest first.
static const Kernels *const all_kernels[] = {
#if defined(__x86_64__)
  &kernels_avx512, &kernels_avx2,
#elif defined(__aarch64__)
  &kernels_neon,
#endif
  &kernels_plain,
};
enum { KERNELS_COUNT = sizeof(all_kernels) / sizeof(*all_kernels) };

struct Waiter {
  uint64_t jobs;
  napi_deferred deferred;
  struct Waiter *next;
};

// kernels(): the names of the kernels that run here, the fastest first.
napi_value call_kernels(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value list, name;
  uint32_t count = 0;
  TRY(napi_create_array(env, &list));
  for (int i = 0; i < KERNELS_COUNT; i++) {
    if (!all_kernels[i]->available()) continue;
    TRY(napi_create_string_utf8(env, all_kernels[i]->name, NAPI_AUTO_LENGTH, &name));
    TRY(napi_set_element(env, list, count++, name));
  }
  return list;
}

// offset(buffer): bytes from its start to the first that is aligned. Large buffers are asked to lie in large pages.
napi_value call_offset(napi_env env, napi_callback_info info) {
  napi_value buffer;
  void *data;
  size_t bytes;
  if (!arguments(env, info, 1, &buffer)) return failed(env, "offset(buffer)");
  TRY(napi_get_arraybuffer_info(env, buffer, &data, &bytes));
#if defined(__linux__)
  const uintptr_t page = 2u << 20;
  uintptr_t begin = ((uintptr_t)data + page - 1) / page * page, end = ((uintptr_t)data + bytes) / page * page;
  if (end > begin) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#endif
  return number(env, (double)((64 - (uintptr_t)data % 64) % 64));
}

// From a thread of the crew, when a job is done.
static void finished(void *context) {
  Machine *machine = context;
  if (atomic_load(&machine->waited_for)) napi_call_threadsafe_function(machine->wake, NULL, napi_tsfn_nonblocking);
}

// Keeps promises whose jobs are done; while there are others the process goes on.
static void settle(napi_env env, Machine *machine) {
  uint64_t done = crew_done(machine->crew);
  napi_value undefined;
  if (napi_get_undefined(env, &undefined) != napi_ok) return;
  for (Waiter **at = &machine->waiters; *at != NULL;) {
    Waiter *waiter = *at;
    if (waiter->jobs > done) {
      at = &waiter->next;
      continue;
    }
    *at = waiter->next;
    napi_resolve_deferred(env, waiter->deferred, undefined);
    free(waiter);
  }
  if (machine->waiters == NULL) {
    atomic_store(&machine->waited_for, false);
    napi_unref_threadsafe_function(env, machine->wake);
  }
}

static void woken(napi_env env, napi_value callback, void *context, void *data) {
  (void)callback, (void)data;
  Machine *machine = context;
  // Without an environment: it has ended, and the machine with it.
  if (env != NULL && machine->waiters != NULL) settle(env, machine);
}

void machine_leave(Machine *machine) {
  if (--machine->users > 0) return;
  for (Waiter *waiter = machine->waiters, *next; waiter != NULL; waiter = next) next = waiter->next, free(waiter);
  for (int i = 0; i <= machine->threads; i++) free(machine->workers[i].scratch);
  free(machine->workers);
  free(machine);
}

// The environment ends; programs may be collected after that.
static void close_machine(void *given) {
  Machine *machine = given;
  crew_dispose(machine->crew);
  machine->crew = NULL;
  machine_leave(machine);
}

// open(kernels, threads, small): a machine, until the environment ends.
napi_value call_open(napi_env env, napi_callback_info info) {
  napi_value given[3], name, result;
  char wanted[16];
  int32_t threads;
  double small;
  if (!arguments(env, info, 3, given)) return failed(env, "open(kernels, threads, small)");
  TRY(napi_get_value_string_utf8(env, given[0], wanted, sizeof wanted, NULL));
  TRY(napi_get_value_int32(env, given[1], &threads));
  TRY(napi_get_value_double(env, given[2], &small));
  const Kernels *chosen = NULL;
  for (int i = 0; i < KERNELS_COUNT && chosen == NULL; i++)
    if (strcmp(all_kernels[i]->name, wanted) == 0 && all_kernels[i]->available()) chosen = all_kernels[i];
  if (chosen == NULL) return failed(env, "no such kernels");
  Machine *machine = calloc(1, sizeof(Machine));
  if (machine == NULL) return failed(env, "no memory");
  machine->kernels = chosen;
  machine->users = 1;
  machine->threads = threads;
  machine->small = small;
  machine->workers = calloc((size_t)threads + 1, sizeof(Worker));
  machine->crew = crew_create(threads, finished, machine);
  if (machine->workers == NULL || machine->crew == NULL) return failed(env, "no memory");
  TRY(napi_create_string_utf8(env, "unrolled", NAPI_AUTO_LENGTH, &name));
  TRY(napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, machine, woken, &machine->wake));
  TRY(napi_unref_threadsafe_function(env, machine->wake));
  TRY(napi_add_env_cleanup_hook(env, close_machine, machine));
  TRY(napi_create_external(env, machine, NULL, NULL, &result));
  return result;
}

typedef struct {
  const float *from;
  float *to;
  size_t floats;
} CopyJob;

static void copy_job(void *given, int thread, int threads, Crew *crew) {
  (void)thread, (void)threads, (void)crew;
  const CopyJob *job = given;
  memmove(job->to, job->from, 4 * job->floats);
}

// copy(machine, from, fromAt, to, toAt, floats): copies floats of a Float32Array to another or within one, at once if nothing is in
// line, else when that is done; both must live until then. Whether it stands in line.
napi_value call_copy(napi_env env, napi_callback_info info) {
  napi_value given[6], in_line;
  size_t there = 0, room = 0;
  int64_t from_at, to_at, floats;
  if (!arguments(env, info, 6, given)) return failed(env, "copy(machine, from, fromAt, to, toAt, floats)");
  Machine *machine = subject(env, given[0]);
  const float *from = array(env, given[1], &there);
  float *to = array(env, given[3], &room);
  TRY(napi_get_value_int64(env, given[2], &from_at));
  TRY(napi_get_value_int64(env, given[4], &to_at));
  TRY(napi_get_value_int64(env, given[5], &floats));
  if (from_at < 0 || to_at < 0 || floats < 0 || from_at + floats > (int64_t)there || to_at + floats > (int64_t)room)
    return failed(env, "copy(machine, from, fromAt, to, toAt, floats): outside of the arrays");
  CopyJob now = {from + from_at, to + to_at, (size_t)floats};
  bool wait = floats > 0 && crew_added(machine->crew) != crew_done(machine->crew);
  TRY(napi_get_boolean(env, wait, &in_line));
  if (!wait) {
    if (floats > 0) copy_job(&now, 0, 1, machine->crew);
    return in_line;
  }
  CopyJob *job = malloc(sizeof(CopyJob));
  if (job == NULL) return failed(env, "no memory");
  *job = now;
  if (!crew_add(machine->crew, (Job){copy_job, job, NULL, 0, free})) {
    free(job);
    return failed(env, "no thread to be had");
  }
  return in_line;
}

// busy(machine): whether anything is in line.
napi_value call_busy(napi_env env, napi_callback_info info) {
  napi_value given, result;
  if (!arguments(env, info, 1, &given)) return failed(env, "busy(machine)");
  Machine *machine = subject(env, given);
  TRY(napi_get_boolean(env, crew_added(machine->crew) != crew_done(machine->crew), &result));
  return result;
}

// wait(machine): returns when nothing is in line any more.
napi_value call_wait(napi_env env, napi_callback_info info) {
  napi_value given;
  if (!arguments(env, info, 1, &given)) return failed(env, "wait(machine)");
  crew_wait(((Machine *)subject(env, given))->crew);
  return NULL;
}

// idle(machine): a promise kept when everything now in line is done.
napi_value call_idle(napi_env env, napi_callback_info info) {
  napi_value given, promise;
  if (!arguments(env, info, 1, &given)) return failed(env, "idle(machine)");
  Machine *machine = subject(env, given);
  Waiter *waiter = malloc(sizeof(Waiter));
  if (waiter == NULL) return failed(env, "no memory");
  TRY(napi_create_promise(env, &waiter->deferred, &promise));
  if (machine->waiters == NULL) TRY(napi_ref_threadsafe_function(env, machine->wake));
  waiter->jobs = crew_added(machine->crew);
  waiter->next = machine->waiters;
  machine->waiters = waiter;
  atomic_store(&machine->waited_for, true);
  // What was done before anybody waited has woken nobody.
  settle(env, machine);
  return promise;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// peak(machine): floating-point operations a second that one core does in registers alone, the best of some tries.
napi_value call_peak(napi_env env, napi_callback_info info) {
  napi_value given;
  if (!arguments(env, info, 1, &given)) return failed(env, "peak(machine)");
  const Kernels *of = ((Machine *)subject(env, given))->kernels;
  double best = 0;
  // Many short tries: one of them falls between two interruptions by others.
  for (int round = 0; round < 100; round++) {
    double begun = seconds(), operations = of->peak(200000), rate = operations / (seconds() - begun);
    if (rate > best) best = rate;
  }
  return number(env, best);
}
