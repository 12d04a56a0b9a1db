// Functions of the C library that mean something else in a cell. The executable's definitions come
// before the library's, for cells as well as for Foundation, Dispatch and what else they load.

#include "Internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static bool is_for_cells(void) {
  return atomic_load(&cell_runner_active) && !(cell_self && cell_self->kind == CELL_THREAD_OWN);
}

// --- Output in order ----------------------------------------------------------------------------

// FileHandle and C code write past the streams, where they would overtake what was printed before.
VISIBLE ssize_t write(int descriptor, const void *bytes, size_t count) {
  if ((descriptor == 1 || descriptor == 2) && is_for_cells()) {
    int saved = errno;
    if (descriptor == 1 && cell_streams_own(1)) {
      cell_streams_write(bytes, count);
      errno = saved;
      return (ssize_t)count;
    }
    if (descriptor == 2) cell_streams_expect_errors();
    errno = saved;
  }
  return syscall(SYS_write, descriptor, bytes, count);
}

VISIBLE int posix_spawn(pid_t *id, const char *path, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const arguments[],
                        char *const environment[]) {
  if (is_for_cells()) cell_streams_expect_child();
  int (*spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *,
               const posix_spawnattr_t *, char *const[], char *const[]) = next("posix_spawn");
  return spawn(id, path, actions, attributes, arguments, environment);
}

VISIBLE int posix_spawnp(pid_t *id, const char *file, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const arguments[],
                         char *const environment[]) {
  if (is_for_cells()) cell_streams_expect_child();
  int (*spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *,
               const posix_spawnattr_t *, char *const[], char *const[]) = next("posix_spawnp");
  return spawn(id, file, actions, attributes, arguments, environment);
}

VISIBLE pid_t fork(void) {
  if (is_for_cells()) cell_streams_expect_child();
  pid_t (*real)(void) = next("fork");
  return real();
}

VISIBLE int system(const char *command) {
  if (is_for_cells()) cell_streams_expect_child();
  int (*real)(const char *) = next("system");
  return real(command);
}

VISIBLE FILE *popen(const char *command, const char *mode) {
  if (is_for_cells()) cell_streams_expect_child();
  FILE *(*real)(const char *, const char *) = next("popen");
  return real(command, mode);
}

// --- Ends of threads ----------------------------------------------------------------------------

// Thread.exit(), too. Whoever waits for the cell would wait for ever.
VISIBLE _Noreturn void pthread_exit(void *value) {
  struct cell_thread *self = cell_self;
  if (self && self->kind == CELL_THREAD_CELL) cell_land(CELL_LEFT, 0);
  if (self && (self->kind == CELL_THREAD_POOL || self->kind == CELL_THREAD_MAIN))
    cell_report_and_park(CELL_EVENT_LEFT, 0);
  void (*real)(void *) = next("pthread_exit");
  real(value);
  for (;;) pause();
}

// The main queue is served already: what is left of dispatchMain() is that it never returns.
VISIBLE _Noreturn void dispatch_main(void) {
  if (!is_for_cells()) {
    void (*real)(void) = next("dispatch_main");
    if (real) real();
  }
  cell_leave_main_turn(cell_self);
  for (;;) {
    struct timespec pause = {.tv_nsec = 20 * 1000000};
    nanosleep(&pause, NULL);
    if (cell_runner_is_interrupted()) cell_runner_stop_here();
  }
}

// What Foundation asks for `Thread.isMainThread`: a program's top level is on the main thread.
VISIBLE unsigned char _CFIsMainThread(void) {
  if (atomic_load(&cell_runner_active) && cell_self && cell_self->kind == CELL_THREAD_CELL)
    return 1;
  unsigned char (*real)(void) = next("_CFIsMainThread");
  return real ? real() : syscall(SYS_gettid) == getpid();
}

// A cell's call of exit(): ends the cell, not the kernel.
VISIBLE _Noreturn void __wrap_exit(int code) {
  struct cell_thread *self = cell_self;
  if (self && self->kind == CELL_THREAD_CELL) cell_land(CELL_EXITED, code);
  cell_report_and_park(CELL_EVENT_EXIT, code);
}
