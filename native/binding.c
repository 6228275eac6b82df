// What Node sees of the library.
#include "binding.h"

// Another number for other words or calls: a library built from other sources is not to be used.
#define LAYOUT 6

NAPI_MODULE_INIT() {
  static const struct { const char *name; napi_callback function; } functions[] = {
    {"kernels", call_kernels}, {"offset", call_offset}, {"open", call_open}, {"compile", call_compile},
    {"dispose", call_dispose}, {"bind", call_bind}, {"scalars", call_scalars}, {"resolve", call_resolve}, {"run", call_run},
    {"copy", call_copy}, {"busy", call_busy}, {"wait", call_wait}, {"idle", call_idle}, {"times", call_times},
    {"peak", call_peak},
  };
  for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
    napi_value function;
    TRY(napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function));
    TRY(napi_set_named_property(env, exports, functions[i].name, function));
  }
  TRY(napi_set_named_property(env, exports, "layout", number(env, LAYOUT)));
  return exports;
}
