// Where jobs of Swift concurrency run. The default pool has as many threads as processors and
// never gets a parked one back: two traps in tasks would stop every later await. Ours replaces
// them. The calling convention of the hooks can be written in C only.

#include "Internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SWIFT_CC __attribute__((swiftcall))

typedef struct job job;

struct queue {
  pthread_mutex_t lock;
  pthread_cond_t filled;
  struct entry *first, *last;
  int idle, threads;
};

struct entry {
  job *job;
  struct entry *next;
};

struct delayed {
  struct timespec due;
  job *job;
  bool is_main;
};

static struct queue pool = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, NULL, 0, 0};
static struct queue main_actor = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, NULL,
                                  0, 0};
static int main_wakeup = -1;
static _Atomic bool main_is_parked = false;
static int width = 2;

static SWIFT_CC void (*run_job)(job *, void *, void *);

struct executor {
  void *identity, *implementation;
};
static SWIFT_CC struct executor (*get_main_executor)(void);

static void push(struct queue *queue, job *job) {
  struct entry *entry = malloc(sizeof *entry);
  entry->job = job;
  entry->next = NULL;
  pthread_mutex_lock(&queue->lock);
  if (queue->last)
    queue->last->next = entry;
  else
    queue->first = entry;
  queue->last = entry;
  pthread_cond_signal(&queue->filled);
  pthread_mutex_unlock(&queue->lock);
}

static job *pop(struct queue *queue, bool wait) {
  pthread_mutex_lock(&queue->lock);
  while (!queue->first && wait) pthread_cond_wait(&queue->filled, &queue->lock);
  struct entry *entry = queue->first;
  job *job = NULL;
  if (entry) {
    queue->first = entry->next;
    if (!queue->first) queue->last = NULL;
    job = entry->job;
  }
  pthread_mutex_unlock(&queue->lock);
  free(entry);
  return job;
}

static void *work(void *unused) {
  (void)unused;
  cell_thread_prepare(0, CELL_THREAD_POOL);
  for (;;) {
    job *job = pop(&pool, true);
    run_job(job, NULL, NULL);
    cell_runner_set_current_tag(0);
  }
  return NULL;
}

static void start_worker(void *(*function)(void *)) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)8 << 20);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  cell_create_plain_thread(&thread, &attributes, function, NULL);
  pthread_attr_destroy(&attributes);
}

// --- Whose turn it is on the main actor ---------------------------------------------------------

// A program's top level is on the main actor. A cell's has a thread of its own, and is taken for
// the main actor's from where it says so (`MainActor.assumeIsolated`) until it waits or ends: so
// long the main thread does nothing else.
static _Atomic int main_turn = 0;

static void take_main_turn(struct cell_thread *self) {
  if (self->has_main_turn) return;
  for (;;) {
    int nobody = 0;
    if (atomic_compare_exchange_strong(&main_turn, &nobody, self->id)) break;
    if (self->kind == CELL_THREAD_CELL && cell_runner_is_interrupted()) cell_runner_stop_here();
    struct timespec pause = {.tv_nsec = 20 * 1000000};
    syscall(SYS_futex, &main_turn, FUTEX_WAIT, nobody, &pause, NULL, 0);
  }
  self->has_main_turn = true;
}

void cell_leave_main_turn(struct cell_thread *self) {
  if (!self || !self->has_main_turn) return;
  self->has_main_turn = false;
  atomic_store(&main_turn, 0);
  syscall(SYS_futex, &main_turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

// Asked on threads that run no job of Swift concurrency, before their own checks: 1 is yes.
static SWIFT_CC int8_t on_is_isolating(struct executor executor,
                                       SWIFT_CC int8_t (*original)(struct executor)) {
  struct cell_thread *self = cell_self;
  if (self && self->kind == CELL_THREAD_CELL &&
      executor.identity == get_main_executor().identity) {
    take_main_turn(self);
    return 1;
  }
  return original(executor);
}

static void run_main_jobs(bool wait) {
  job *job;
  while ((job = pop(&main_actor, wait))) {
    struct executor executor = get_main_executor();
    take_main_turn(cell_self);
    run_job(job, executor.identity, executor.implementation);
    cell_leave_main_turn(cell_self);
    cell_runner_set_current_tag(0);
  }
}

static void *work_for_main(void *unused) {
  (void)unused;
  cell_thread_prepare(0, CELL_THREAD_MAIN);
  run_main_jobs(true);
  return NULL;
}

// --- Delays -------------------------------------------------------------------------------------

static pthread_mutex_t delay_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t delay_changed;
// A binary heap, earliest first.
static struct delayed *heap = NULL;
static size_t heap_count = 0, heap_capacity = 0;

static bool is_before(struct timespec a, struct timespec b) {
  return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static void swap(size_t i, size_t j) {
  struct delayed other = heap[i];
  heap[i] = heap[j];
  heap[j] = other;
}

static void push_delayed(struct delayed delayed) {
  pthread_mutex_lock(&delay_lock);
  if (heap_count == heap_capacity) {
    heap_capacity = heap_capacity ? 2 * heap_capacity : 64;
    heap = realloc(heap, heap_capacity * sizeof *heap);
  }
  size_t place = heap_count++;
  heap[place] = delayed;
  while (place > 0 && is_before(heap[place].due, heap[(place - 1) / 2].due)) {
    swap(place, (place - 1) / 2);
    place = (place - 1) / 2;
  }
  pthread_cond_signal(&delay_changed);
  pthread_mutex_unlock(&delay_lock);
}

static struct delayed pop_delayed(void) {
  struct delayed first = heap[0];
  heap[0] = heap[--heap_count];
  size_t place = 0;
  for (;;) {
    size_t least = place, left = 2 * place + 1, right = left + 1;
    if (left < heap_count && is_before(heap[left].due, heap[least].due)) least = left;
    if (right < heap_count && is_before(heap[right].due, heap[least].due)) least = right;
    if (least == place) return first;
    swap(place, least);
    place = least;
  }
}

static void wake_main(void) {
  uint64_t one = 1;
  if (atomic_load(&main_is_parked)) return;
  while (write(main_wakeup, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

static void *wait_for_delays(void *unused) {
  (void)unused;
  cell_runner_adopt_own_thread();
  pthread_mutex_lock(&delay_lock);
  for (;;) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (heap_count == 0) {
      pthread_cond_wait(&delay_changed, &delay_lock);
    } else if (is_before(now, heap[0].due)) {
      struct timespec due = heap[0].due;
      pthread_cond_timedwait(&delay_changed, &delay_lock, &due);
    } else {
      struct delayed delayed = pop_delayed();
      pthread_mutex_unlock(&delay_lock);
      push(&pool, delayed.job);
      pthread_mutex_lock(&delay_lock);
    }
  }
  return NULL;
}

static struct timespec later(struct timespec time, int64_t seconds, int64_t nanoseconds) {
  time.tv_sec += seconds + nanoseconds / 1000000000;
  time.tv_nsec += nanoseconds % 1000000000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_sec += 1;
    time.tv_nsec -= 1000000000;
  }
  return time;
}

// --- Hooks --------------------------------------------------------------------------------------

static SWIFT_CC void on_enqueue_global(job *job, void *original) {
  (void)original;
  push(&pool, job);
}

static SWIFT_CC void on_enqueue_main(job *job, void *original) {
  (void)original;
  push(&main_actor, job);
  wake_main();
}

static SWIFT_CC void on_enqueue_delayed(uint64_t nanoseconds, job *job, void *original) {
  (void)original;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t limit = (int64_t)1 << 60;
  int64_t delay = nanoseconds > (uint64_t)limit ? limit : (int64_t)nanoseconds;
  push_delayed((struct delayed){later(now, 0, delay), job, false});
}

// The clocks' numbers in the Swift runtime: 1 continuous, 2 suspending.
static SWIFT_CC void on_enqueue_deadline(long long seconds, long long nanoseconds,
                                         long long tolerance_seconds,
                                         long long tolerance_nanoseconds, int clock, job *job,
                                         void *original) {
  (void)tolerance_seconds;
  (void)tolerance_nanoseconds;
  (void)original;
  struct timespec now, other;
  clock_gettime(CLOCK_MONOTONIC, &now);
  clock_gettime(clock == 1 ? CLOCK_BOOTTIME : CLOCK_MONOTONIC, &other);
  int64_t delay_seconds = seconds - other.tv_sec;
  int64_t delay_nanoseconds = nanoseconds - other.tv_nsec;
  if (delay_nanoseconds < 0) {
    delay_seconds -= 1;
    delay_nanoseconds += 1000000000;
  }
  if (delay_seconds < 0) delay_seconds = delay_nanoseconds = 0;
  if (delay_seconds > ((int64_t)1 << 40)) delay_seconds = (int64_t)1 << 40;
  push_delayed((struct delayed){later(now, delay_seconds, delay_nanoseconds), job, false});
}

static bool hook(const char *name, void *function) {
  void **address = dlsym(RTLD_DEFAULT, name);
  if (address) *address = function;
  return address != NULL;
}

void cell_runner_take_executors(void) {
  run_job = (SWIFT_CC void (*)(job *, void *, void *))dlsym(RTLD_DEFAULT, "swift_job_run");
  get_main_executor = (SWIFT_CC struct executor (*)(void))dlsym(RTLD_DEFAULT,
                                                               "swift_task_getMainExecutor");
  if (!run_job || !get_main_executor) return;
  main_wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&delay_changed, &attributes);
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  width = processors < 2 ? 2 : (int)processors;
  hook("swift_task_enqueueGlobal_hook", on_enqueue_global);
  hook("swift_task_enqueueGlobalWithDelay_hook", on_enqueue_delayed);
  hook("swift_task_enqueueGlobalWithDeadline_hook", on_enqueue_deadline);
  hook("swift_task_enqueueMainExecutor_hook", on_enqueue_main);
  hook("swift_task_isIsolatingCurrentContext_hook", on_is_isolating);
  for (int i = 0; i < width; i++) start_worker(work);
  pthread_t thread;
  cell_create_plain_thread(&thread, NULL, wait_for_delays, NULL);
}

void cell_runner_replace_parked(bool is_main_thread) {
  if (!is_main_thread) {
    start_worker(work);
  } else {
    atomic_store(&main_is_parked, true);
    start_worker(work_for_main);
  }
}

_Noreturn void cell_runner_serve_main(void) {
  cell_thread_prepare(0, CELL_THREAD_MAIN);
  int (*get_handle)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "_dispatch_get_main_queue_handle_4CF");
  void (*run_queue)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT,
                                                     "_dispatch_main_queue_callback_4CF");
  struct pollfd sources[2] = {{.fd = main_wakeup, .events = POLLIN},
                              {.fd = get_handle ? get_handle() : -1, .events = POLLIN}};
  for (;;) {
    if (poll(sources, 2, -1) < 0) continue;
    uint64_t count;
    if (sources[0].revents && read(main_wakeup, &count, sizeof count) > 0) run_main_jobs(false);
    if (sources[1].revents && run_queue) {
      if (read(sources[1].fd, &count, sizeof count) <= 0) continue;
      take_main_turn(cell_self);
      run_queue(NULL);
      cell_leave_main_turn(cell_self);
    }
  }
}
