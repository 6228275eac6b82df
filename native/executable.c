// Programs as JavaScript sees them: compiled, bound, resolved and run.
#include "binding.h"

typedef struct {
  Program *program;
  Machine *machine;
  // Keeps what is bound from being collected.
  napi_ref bound;
} Executable;

static void forget(napi_env env, void *data, void *hint) {
  (void)hint;
  Executable *executable = data;
  if (executable->program != NULL) {
    if (executable->machine->crew != NULL) crew_wait(executable->machine->crew);
    program_free(executable->program);
  }
  if (executable->bound != NULL) napi_delete_reference(env, executable->bound);
  machine_leave(executable->machine);
  free(executable);
}

// compile(machine, words, profile): a program.
napi_value call_compile(napi_env env, napi_callback_info info) {
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
napi_value call_dispose(napi_env env, napi_callback_info info) {
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
napi_value call_bind(napi_env env, napi_callback_info info) {
  napi_value given[2], element;
  if (!arguments(env, info, 2, given)) return failed(env, "bind(program, arrays)");
  Executable *executable = subject(env, given[0]);
  crew_wait(executable->machine->crew);
  for (int32_t i = 0; i < program_regions(executable->program); i++) {
    size_t floats;
    TRY(napi_get_element(env, given[1], (uint32_t)i, &element));
    float *at = array(env, element, &floats);
    program_bind(executable->program, i, at);
  }
  if (executable->bound != NULL) TRY(napi_delete_reference(env, executable->bound));
  TRY(napi_create_reference(env, given[1], 1, &executable->bound));
  return NULL;
}

// scalars(program): [seed, step, sequence, window], as the next run takes them.
napi_value call_scalars(napi_env env, napi_callback_info info) {
  napi_value given, buffer, result;
  if (!arguments(env, info, 1, &given)) return failed(env, "scalars(program)");
  Executable *executable = subject(env, given);
  TRY(napi_create_external_arraybuffer(env, program_scalars(executable->program), sizeof(Scalars), NULL, NULL, &buffer));
  TRY(napi_create_typedarray(env, napi_uint32_array, 4, buffer, 0, &result));
  return result;
}

// resolve(program, part, extents)
napi_value call_resolve(napi_env env, napi_callback_info info) {
  napi_value given[3];
  int32_t part;
  size_t length;
  if (!arguments(env, info, 3, given)) return failed(env, "resolve(program, part, extents)");
  Executable *executable = subject(env, given[0]);
  Machine *machine = executable->machine;
  TRY(napi_get_value_int32(env, given[1], &part));
  crew_wait(machine->crew);
  program_resolve(executable->program, part, array(env, given[2], &length));
  // Any run may be done by the first thread, or by the caller's, alone.
  for (int i = 0; i <= machine->threads; i++) {
    bool shared = i > 0 && i < machine->threads;
    if (!worker_reserve(&machine->workers[i], program_scratch(executable->program, part, shared ? machine->threads : 1)))
      return failed(env, "no memory for intermediate results");
  }
  return NULL;
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
napi_value call_run(napi_env env, napi_callback_info info) {
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
  if (!crew_add(machine->crew, (Job){run_job, job, program_pace(executable->program, part), program_work(executable->program, part), free})) {
    free(job);
    return failed(env, "no thread to be had");
  }
  return in_line;
}

// times(program, part): runs and nanoseconds of each instruction in turn.
napi_value call_times(napi_env env, napi_callback_info info) {
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
