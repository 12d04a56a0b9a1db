// What cells print, in one ordered stream.
//
// stdout and stderr become streams of our own, both of which write to descriptor 1, so that the
// order of prints, error texts and displays is kept. Marks inside the stream tell them apart:
//
//     MARK kind number ';'
//
// with kind 'o' / 'e': what follows is output / error output of the cell with that tag;
// 'd': the display with that number belongs here; 'x': the cell with that tag has ended;
// 'r': what descriptor 2 was given until now belongs here.
// MARK begins with an escape character and a number drawn at start, so no text contains it by
// chance.
//
// Descriptors 1 and 2 are for what does not know our streams: child processes, the runtime's last
// words, FileHandle. We write through copies of our own, so that a cell may close or redirect
// them. Whoever writes to them finds everything before it written (see Interposed.c).

#include "Internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char held[1 << 16];
static size_t held_count = 0;
static char mark[64];
static char current_kind = 'o';
static int64_t current_tag = 0;
static struct timespec last_write;
static _Atomic bool flood = false;
static cell_read_line read_line;
// Copies of what descriptors 1 and 2 were at the start.
static int output = 1, errors = 2;
static struct stat output_file;
// Whether somebody may have written to descriptor 2.
static _Atomic bool errors_may_wait = false;
static struct timespec last_patience;

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = syscall(SYS_write, output, bytes, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      return;  // Nobody reads any more.
    }
    bytes += written;
    count -= (size_t)written;
  }
}

static void write_held(void) {
  write_all(held, held_count);
  held_count = 0;
  clock_gettime(CLOCK_MONOTONIC, &last_write);
}

static void hold(const char *bytes, size_t count) {
  if (count > sizeof held - held_count) write_held();
  if (count > sizeof held) {
    write_all(bytes, count);
  } else {
    memcpy(held + held_count, bytes, count);
    held_count += count;
  }
}

static void hold_mark(char kind, int64_t number) {
  char text[128];
  int count = snprintf(text, sizeof text, "%s%c%lld;", mark, kind, (long long)number);
  hold(text, (size_t)count);
}

static long milliseconds_since(struct timespec start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000;
}

static bool is_due(void) {
  return milliseconds_since(last_write) >= (atomic_load(&flood) ? 100 : 5);
}

// Error output travels by a pipe of its own. Before anything follows it on ours, the session is
// told to read it, and is given a moment to do so.
static void place_errors(void) {
  if (!atomic_load(&errors_may_wait)) return;
  int waiting = 0;
  if (ioctl(errors, FIONREAD, &waiting) != 0 || waiting == 0) return;
  hold_mark('r', 0);
  write_held();
  // Something that writes without end must not hold up every print.
  if (milliseconds_since(last_patience) < 500) return;
  for (int i = 0; i < 100; i++) {
    struct timespec pause = {.tv_nsec = 500000};
    nanosleep(&pause, NULL);
    if (ioctl(errors, FIONREAD, &waiting) != 0 || waiting == 0) return;
  }
  clock_gettime(CLOCK_MONOTONIC, &last_patience);
}

static ssize_t put(char kind, const char *bytes, size_t count) {
  int64_t tag = cell_runner_current_tag();
  pthread_mutex_lock(&lock);
  place_errors();
  if (kind != current_kind || tag != current_tag) {
    hold_mark(kind, tag);
    current_kind = kind;
    current_tag = tag;
  }
  hold(bytes, count);
  if (is_due()) write_held();
  pthread_mutex_unlock(&lock);
  return (ssize_t)count;
}

static ssize_t put_output(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  return put('o', bytes, count);
}

static ssize_t put_error(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  return put('e', bytes, count);
}

static ssize_t get_input(void *cookie, char *buffer, size_t capacity) {
  (void)cookie;
  long count = read_line(buffer, capacity);
  if (count < 0) errno = EIO;
  return count;
}

static FILE *open_output(void) {
  FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = put_output});
  setvbuf(stream, NULL, _IOLBF, 1 << 14);
  return stream;
}

static FILE *open_error(void) {
  FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = put_error});
  setvbuf(stream, NULL, _IONBF, 0);
  return stream;
}

// Output must not wait for the next print.
static void *write_in_time(void *unused) {
  (void)unused;
  cell_runner_adopt_own_thread();
  for (;;) {
    struct timespec pause = {.tv_nsec = 20 * 1000000};
    nanosleep(&pause, NULL);
    if (ftrylockfile(stdout) == 0) {
      fflush_unlocked(stdout);
      funlockfile(stdout);
    }
    pthread_mutex_lock(&lock);
    if (held_count > 0 && is_due()) write_held();
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

// A copy that is out of the way of what cells open, and closed in the programs they start.
static int copy(int descriptor) {
  int high = fcntl(descriptor, F_DUPFD_CLOEXEC, 200);
  if (high < 0) high = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
  return high < 0 ? descriptor : high;
}

void cell_runner_replace_streams(const char *text, cell_read_line function) {
  strncpy(mark, text, sizeof mark - 1);
  read_line = function;
  output = copy(1);
  errors = copy(2);
  fstat(output, &output_file);
  stdout = open_output();
  stderr = open_error();
  stdin = fopencookie(NULL, "r", (cookie_io_functions_t){.read = get_input});
  pthread_t thread;
  cell_create_plain_thread(&thread, NULL, write_in_time, NULL);
}

void cell_runner_mend_descriptors(void) {
  if (fcntl(1, F_GETFD) < 0) dup2(output, 1);
  if (fcntl(2, F_GETFD) < 0) dup2(errors, 2);
  if (fcntl(0, F_GETFD) < 0) {
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing > 0) {
      dup2(nothing, 0);
      close(nothing);
    }
  }
}

bool cell_streams_own(int descriptor) {
  struct stat file;
  return output != 1 && fstat(descriptor, &file) == 0 && file.st_ino == output_file.st_ino &&
         file.st_dev == output_file.st_dev;
}

void cell_streams_write(const char *bytes, size_t count) {
  if (ftrylockfile(stdout) == 0) {
    fflush_unlocked(stdout);
    funlockfile(stdout);
  }
  put('o', bytes, count);
}

void cell_streams_expect_errors(void) {
  atomic_store(&errors_may_wait, true);
  if (ftrylockfile(stdout) == 0) {
    fflush_unlocked(stdout);
    funlockfile(stdout);
  }
  // The thread may have been stopped in the midst of a print.
  if (pthread_mutex_trylock(&lock) != 0) return;
  if (held_count > 0) write_held();
  pthread_mutex_unlock(&lock);
}

void cell_streams_expect_child(void) {
  atomic_store(&errors_may_wait, true);
  if (output != 1) cell_runner_write_mark('o', cell_runner_current_tag());
}

// A stream whose lock a parked thread took is replaced by a fresh one.
static void replace_locked_input(void) {
  if (ftrylockfile(stdin) == 0)
    funlockfile(stdin);
  else
    stdin = fopencookie(NULL, "r", (cookie_io_functions_t){.read = get_input});
}

void cell_runner_flush(void) {
  replace_locked_input();
  if (ftrylockfile(stdout) == 0) {
    fflush_unlocked(stdout);
    funlockfile(stdout);
  } else {
    // A parked thread owns the lock, or another is printing. Wait a little to know which.
    for (int attempt = 0; attempt < 50; attempt++) {
      struct timespec pause = {.tv_nsec = 1000000};
      nanosleep(&pause, NULL);
      if (ftrylockfile(stdout) == 0) {
        fflush_unlocked(stdout);
        funlockfile(stdout);
        break;
      }
      if (attempt == 49) stdout = open_output();
    }
  }
  if (ftrylockfile(stderr) == 0) {
    funlockfile(stderr);
  } else {
    stderr = open_error();
  }
  pthread_mutex_lock(&lock);
  if (held_count > 0) write_held();
  pthread_mutex_unlock(&lock);
}

void cell_runner_write_mark(char kind, int64_t number) {
  if (ftrylockfile(stdout) == 0) {
    fflush_unlocked(stdout);
    funlockfile(stdout);
  }
  pthread_mutex_lock(&lock);
  place_errors();
  hold_mark(kind, number);
  if (kind == 'o' || kind == 'e') {
    current_kind = kind;
    current_tag = number;
  }
  write_held();
  pthread_mutex_unlock(&lock);
}

void cell_runner_expect_flood(bool on) { atomic_store(&flood, on); }
