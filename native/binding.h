// What the calls from JavaScript have in common.
#ifndef UNROLLED_BINDING_H
#define UNROLLED_BINDING_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

typedef struct Waiter Waiter;

// Threads, and the jobs in line in front of them.
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

// A user has gone; the last one's going ends what is left of the machine.
void machine_leave(Machine *machine);

#define TRY(call) do { if ((call) != napi_ok) return failed(env, #call); } while (0)

static inline napi_value failed(napi_env env, const char *call) {
  bool pending;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, NULL, call);
  return NULL;
}

static inline void *subject(napi_env env, napi_value value) {
  void *result = NULL;
  napi_get_value_external(env, value, &result);
  return result;
}

static inline bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  return napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given == count;
}

static inline void *array(napi_env env, napi_value value, size_t *length) {
  void *data = NULL;
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, value, &type, length, &data, NULL, NULL) != napi_ok) return NULL;
  return data;
}

static inline napi_value number(napi_env env, double value) {
  napi_value result;
  TRY(napi_create_double(env, value, &result));
  return result;
}

// What addon.ts declares, each told about where it is defined.
typedef napi_value Call(napi_env, napi_callback_info);
Call call_kernels, call_offset, call_open, call_copy, call_busy, call_wait, call_idle, call_peak;
Call call_compile, call_dispose, call_bind, call_scalars, call_resolve, call_run, call_times;

#endif
