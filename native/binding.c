// What Node sees: backends with their threads, programs, and the line of jobs.
#define NAPI_VERSION 8
#include <node_api.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "program.h"

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

typedef struct Waiter {
  uint64_t jobs;
  napi_deferred deferred;
  struct Waiter *next;
} Waiter;

typedef struct {
  const Kernels *kernels;
  Crew *crew;
  int threads;
  // Operations below which a run is done at once, on the caller's thread.
  double small;
  // The crew's, then the caller's own.
  Worker *workers;
  napi_threadsafe_function wake;
  atomic_bool waited_for;
  Waiter *waiters;
  // Programs, and the environment itself.
  int users;
} Machine;

typedef struct {
  Program *program;
  Machine *machine;
  // Keeps what is bound from being collected.
  napi_ref bound;
} Executable;

#define TRY(call) do { if ((call) != napi_ok) return failed(env, #call); } while (0)

static napi_value failed(napi_env env, const char *call) {
  bool pending;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, NULL, call);
  return NULL;
}

static void *subject(napi_env env, napi_value value) {
  void *result = NULL;
  napi_get_value_external(env, value, &result);
  return result;
}

static bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  return napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given == count;
}

static void *array(napi_env env, napi_value value, size_t *length) {
  void *data = NULL;
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, value, &type, length, &data, NULL, NULL) != napi_ok) return NULL;
  return data;
}

static napi_value number(napi_env env, double value) {
  napi_value result;
  TRY(napi_create_double(env, value, &result));
  return result;
}

// kernels(): the names of the kernels that run here, the fastest first.
static napi_value kernels(napi_env env, napi_callback_info info) {
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
static napi_value offset(napi_env env, napi_callback_info info) {
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

static void leave(Machine *machine) {
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
  leave(machine);
}

// open(kernels, threads, small): a machine, until the environment ends.
static napi_value open_machine(napi_env env, napi_callback_info info) {
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

static void forget(napi_env env, void *data, void *hint) {
  (void)hint;
  Executable *executable = data;
  if (executable->program != NULL) {
    if (executable->machine->crew != NULL) crew_wait(executable->machine->crew);
    program_free(executable->program);
  }
  if (executable->bound != NULL) napi_delete_reference(env, executable->bound);
  leave(executable->machine);
  free(executable);
}

// compile(machine, words, profile): a program.
static napi_value compile(napi_env env, napi_callback_info info) {
  napi_value given[3], result;
  size_t length;
  bool profile;
  if (!arguments(env, info, 3, given)) return failed(env, "compile(machine, words, profile)");
  Machine *machine = subject(env, given[0]);
  const int32_t *words = array(env, given[1], &length);
  TRY(napi_get_value_bool(env, given[2], &profile));
  Executable *executable = calloc(1, sizeof(Executable));
  if (executable == NULL) return failed(env, "no memory");
  executable->machine = machine;
  executable->program = program_create(machine->kernels, words, profile);
  if (executable->program == NULL) {
    free(executable);
    return failed(env, "no memory for the program");
  }
  machine->users++;
  TRY(napi_create_external(env, executable, forget, NULL, &result));
  return result;
}

// dispose(program)
static napi_value dispose(napi_env env, napi_callback_info info) {
  napi_value given;
  if (!arguments(env, info, 1, &given)) return failed(env, "dispose(program)");
  Executable *executable = subject(env, given);
  crew_wait(executable->machine->crew);
  program_free(executable->program);
  executable->program = NULL;
  if (executable->bound != NULL) napi_delete_reference(env, executable->bound);
  executable->bound = NULL;
  return NULL;
}

// bind(program, arrays): one Float32Array a region.
static napi_value bind_regions(napi_env env, napi_callback_info info) {
  napi_value given[2], element;
  if (!arguments(env, info, 2, given)) return failed(env, "bind(program, arrays)");
  Executable *executable = subject(env, given[0]);
  crew_wait(executable->machine->crew);
  for (int32_t i = 0; i < program_regions(executable->program); i++) {
    size_t floats;
    TRY(napi_get_element(env, given[1], (uint32_t)i, &element));
    float *at = array(env, element, &floats);
    program_bind(executable->program, i, at, (int64_t)floats);
  }
  if (executable->bound != NULL) TRY(napi_delete_reference(env, executable->bound));
  TRY(napi_create_reference(env, given[1], 1, &executable->bound));
  return NULL;
}

// scalars(program): [seed, step, sequence, window], as the next run takes them.
static napi_value scalars(napi_env env, napi_callback_info info) {
  napi_value given, buffer, result;
  if (!arguments(env, info, 1, &given)) return failed(env, "scalars(program)");
  Executable *executable = subject(env, given);
  TRY(napi_create_external_arraybuffer(env, program_scalars(executable->program), sizeof(Scalars), NULL, NULL, &buffer));
  TRY(napi_create_typedarray(env, napi_uint32_array, 4, buffer, 0, &result));
  return result;
}

// resolve(program, part, extents): 0, or 1 + the region that is too small.
static napi_value resolve(napi_env env, napi_callback_info info) {
  napi_value given[3];
  int32_t part;
  size_t length;
  if (!arguments(env, info, 3, given)) return failed(env, "resolve(program, part, extents)");
  Executable *executable = subject(env, given[0]);
  Machine *machine = executable->machine;
  TRY(napi_get_value_int32(env, given[1], &part));
  crew_wait(machine->crew);
  int32_t problem = program_resolve(executable->program, part, array(env, given[2], &length), machine->threads,
                                    machine->small);
  for (int i = 0; i <= machine->threads; i++)
    if (!worker_reserve(&machine->workers[i], program_scratch(executable->program, part)))
      return failed(env, "no memory for intermediate results");
  return number(env, problem);
}

typedef struct {
  Program *program;
  Machine *machine;
  int part;
  Scalars scalars;
} RunJob;

static void run_job(void *given, int thread, int threads, Crew *crew) {
  RunJob *job = given;
  program_run(job->program, job->part, job->scalars, &job->machine->workers[thread], thread, threads, crew);
}

// run(program, part): at once if it is little, else in line; whether it stands in line.
static napi_value run(napi_env env, napi_callback_info info) {
  napi_value given[2], in_line;
  int32_t part;
  if (!arguments(env, info, 2, given)) return failed(env, "run(program, part)");
  Executable *executable = subject(env, given[0]);
  Machine *machine = executable->machine;
  TRY(napi_get_value_int32(env, given[1], &part));
  Scalars now = *program_scalars(executable->program);
  bool alone =
    program_work(executable->program, part) < machine->small && crew_added(machine->crew) == crew_done(machine->crew);
  TRY(napi_get_boolean(env, !alone, &in_line));
  if (alone) {
    uint64_t before = flush_subnormals();
    program_run(executable->program, part, now, &machine->workers[machine->threads], 0, 1, machine->crew);
    restore_subnormals(before);
    return in_line;
  }
  RunJob *job = malloc(sizeof(RunJob));
  if (job == NULL) return failed(env, "no memory");
  *job = (RunJob){executable->program, machine, part, now};
  if (!crew_add(machine->crew, (Job){run_job, job, false, free})) {
    free(job);
    return failed(env, "no thread to be had");
  }
  return in_line;
}

typedef struct {
  const float *from;
  float *to;
  size_t floats;
} CopyJob;

static void copy_job(void *given, int thread, int threads, Crew *crew) {
  (void)thread, (void)threads, (void)crew;
  const CopyJob *job = given;
  memcpy(job->to, job->from, 4 * job->floats);
}

// copy(machine, from, to): copies a Float32Array when all that is in line is done; both must live until then.
static napi_value copy_later(napi_env env, napi_callback_info info) {
  napi_value given[3];
  size_t floats = 0, room = 0;
  if (!arguments(env, info, 3, given)) return failed(env, "copy(machine, from, to)");
  Machine *machine = subject(env, given[0]);
  const float *from = array(env, given[1], &floats);
  float *to = array(env, given[2], &room);
  if (floats != room) return failed(env, "copy(machine, from, to): arrays of one length");
  if (floats == 0) return NULL;
  CopyJob *job = malloc(sizeof(CopyJob));
  if (job == NULL) return failed(env, "no memory");
  *job = (CopyJob){from, to, floats};
  if (!crew_add(machine->crew, (Job){copy_job, job, true, free})) {
    free(job);
    return failed(env, "no thread to be had");
  }
  return NULL;
}

// busy(machine): whether anything is in line.
static napi_value busy(napi_env env, napi_callback_info info) {
  napi_value given, result;
  if (!arguments(env, info, 1, &given)) return failed(env, "busy(machine)");
  Machine *machine = subject(env, given);
  TRY(napi_get_boolean(env, crew_added(machine->crew) != crew_done(machine->crew), &result));
  return result;
}

// wait(machine): returns when nothing is in line any more.
static napi_value wait_for(napi_env env, napi_callback_info info) {
  napi_value given;
  if (!arguments(env, info, 1, &given)) return failed(env, "wait(machine)");
  crew_wait(((Machine *)subject(env, given))->crew);
  return NULL;
}

// idle(machine): a promise kept when everything now in line is done.
static napi_value idle(napi_env env, napi_callback_info info) {
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

// times(program, part): runs and nanoseconds of each instruction in turn.
static napi_value times(napi_env env, napi_callback_info info) {
  napi_value given[2], buffer, result;
  int32_t part;
  double *values;
  if (!arguments(env, info, 2, given)) return failed(env, "times(program, part)");
  Executable *executable = subject(env, given[0]);
  TRY(napi_get_value_int32(env, given[1], &part));
  crew_wait(executable->machine->crew);
  int32_t count = program_instructions(executable->program, part);
  TRY(napi_create_arraybuffer(env, 16 * (size_t)count, (void **)&values, &buffer));
  for (int32_t i = 0; i < count; i++) program_time(executable->program, part, i, &values[2 * i], &values[2 * i + 1]);
  TRY(napi_create_typedarray(env, napi_float64_array, 2 * (size_t)count, buffer, 0, &result));
  return result;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// peak(machine): floating-point operations a second that one core does in registers alone, the best of some tries.
static napi_value peak(napi_env env, napi_callback_info info) {
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

// Another number for other words or calls: a library built from other sources is not to be used.
#define LAYOUT 2

NAPI_MODULE_INIT() {
  static const struct { const char *name; napi_callback function; } functions[] = {
    {"kernels", kernels}, {"offset", offset}, {"open", open_machine}, {"compile", compile}, {"dispose", dispose},
    {"bind", bind_regions}, {"scalars", scalars}, {"resolve", resolve}, {"run", run}, {"copy", copy_later},
    {"busy", busy}, {"wait", wait_for}, {"idle", idle}, {"times", times}, {"peak", peak},
  };
  for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
    napi_value function;
    TRY(napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function));
    TRY(napi_set_named_property(env, exports, functions[i].name, function));
  }
  TRY(napi_set_named_property(env, exports, "layout", number(env, LAYOUT)));
  return exports;
}
