#include "SourceKit.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef void *object;
typedef struct {
  uint64_t data[3];
} variant;

static object (*create_from_yaml)(const char *, char **);
static void (*release_request)(object);
static object (*send_sync)(object);
static bool (*is_error)(object);
static const char *(*error_description)(object);
static variant (*get_value)(object);
static char *(*describe_json)(variant);
static void (*dispose)(object);

static bool look_up(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  memcpy(place, &symbol, sizeof symbol);
  return symbol != NULL;
}

const char *source_kit_open(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
  void (*initialize)(void);
  bool found = look_up(library, "sourcekitd_initialize", &initialize) &&
               look_up(library, "sourcekitd_request_create_from_yaml", &create_from_yaml) &&
               look_up(library, "sourcekitd_request_release", &release_request) &&
               look_up(library, "sourcekitd_send_request_sync", &send_sync) &&
               look_up(library, "sourcekitd_response_is_error", &is_error) &&
               look_up(library, "sourcekitd_response_error_get_description", &error_description) &&
               look_up(library, "sourcekitd_response_get_value", &get_value) &&
               look_up(library, "sourcekitd_variant_json_description_copy", &describe_json) &&
               look_up(library, "sourcekitd_response_dispose", &dispose);
  if (!found) return "the library lacks a function of sourcekitd's interface";
  initialize();
  return NULL;
}

char *source_kit_send(const char *text, bool *failed) {
  char *error = NULL;
  *failed = true;
  object request = create_from_yaml(text, &error);
  if (!request) return error ? error : strdup("not a request");
  object response = send_sync(request);
  release_request(request);
  char *answer;
  if (is_error(response)) {
    const char *description = error_description(response);
    answer = strdup(description ? description : "unknown error");
  } else {
    answer = describe_json(get_value(response));
    *failed = false;
  }
  dispose(response);
  return answer;
}
