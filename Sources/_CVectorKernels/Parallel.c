// A few threads that share work in pieces.
//
// Why not static halves and a spin barrier: on a machine that others use, too, one late thread
// would hold up the rest. Pieces are taken from a counter; whoever is late takes fewer. One parallel
// region runs at a time; a second caller works alone.
//
// Waiting is a short spin, then sleep: to be woken costs more than many a piece, and the next region
// often begins within microseconds. A thread that spun in vain spins half as long the next time, until
// regions follow each other closely again. A spin does not yield: on a busy machine whoever yields gets
// the processor back milliseconds later.
#include "Clones.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// A spin looks some times between two looks at the clock. After a helper was late with a small piece,
// others are working on this machine, and so many regions of small pieces do without.
enum { MOST = 64, SPIN_NANOSECONDS = 50000, LOOKS = 16, CAUTION = 200 };

static struct {
  // Held by the caller of a region; what sleepers wait with.
  pthread_mutex_t busy, lock;
  pthread_cond_t wake, done;
  atomic_int threads;
  // Begun so far, and whether they may spin.
  int workers;
  atomic_int spins;
  // Regions of small pieces that the callers will work on alone.
  int caution;
  // Regions begun; whether the latest one takes helpers; helpers in it; helpers that sleep, and
  // whether the caller does; when it began.
  atomic_ulong generation;
  atomic_int open, active, sleepers, waits;
  atomic_long began;
  // The first element that nobody has taken.
  _Alignas(64) atomic_long next;
  _Alignas(64) vk_int n;
  vk_int grain;
  void (*body)(void *, vk_int, vk_int);
  void *context;
  vk_mode mode;
} team = {.busy = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

static long nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void rest(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

static void take_pieces(void) {
  for (;;) {
    vk_int begin = atomic_fetch_add(&team.next, team.grain);
    if (begin >= team.n) return;
    vk_int end = begin + team.grain < team.n ? begin + team.grain : team.n;
    team.body(team.context, begin, end);
  }
}

// Waits for a region after the one `seen`.
static unsigned long next_region(unsigned long seen, long patience) {
  unsigned long now;
  for (long end = nanoseconds() + patience; nanoseconds() < end;)
    for (int i = 0; i < LOOKS; i++, rest())
      if ((now = atomic_load(&team.generation)) != seen) return now;
  pthread_mutex_lock(&team.lock);
  // Before the generation is looked at, as the caller looks at the two in the other order.
  atomic_fetch_add(&team.sleepers, 1);
  while ((now = atomic_load(&team.generation)) == seen)
    pthread_cond_wait(&team.wake, &team.lock);
  atomic_fetch_sub(&team.sleepers, 1);
  pthread_mutex_unlock(&team.lock);
  return now;
}

static void *worker(void *unused) {
  (void)unused;
  unsigned long seen = 0;
  long patience = 0;
  for (;;) {
    long idle = nanoseconds();
    seen = next_region(seen, patience);
    int is_close = atomic_load(&team.began) - idle < SPIN_NANOSECONDS;
    patience = is_close && atomic_load(&team.spins) ? SPIN_NANOSECONDS : patience / 2;
    // Who is counted first and then finds the region open is waited for.
    atomic_fetch_add(&team.active, 1);
    if (atomic_load(&team.open)) {
      vk_restore(team.mode);
      take_pieces();
    }
    if (atomic_fetch_sub(&team.active, 1) == 1 && atomic_load(&team.waits)) {
      pthread_mutex_lock(&team.lock);
      pthread_cond_signal(&team.done);
      pthread_mutex_unlock(&team.lock);
    }
  }
  return NULL;
}

int vk_threads(void) {
  int threads = atomic_load(&team.threads);
  if (threads) return threads;
  const char *text = getenv("ANSATZ_THREADS");
  vk_set_threads(text ? atoi(text) : vk_processors());
  return atomic_load(&team.threads);
}

void vk_set_threads(int threads) {
  atomic_store(&team.threads, threads < 1 ? 1 : (threads > MOST ? MOST : threads));
}

// A forked process has no helpers, and nobody who would open the locks.
static void begin_anew(void) {
  team.busy = team.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  team.wake = team.done = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  team.workers = 0;
  atomic_store(&team.open, 0);
  atomic_store(&team.active, 0);
  atomic_store(&team.sleepers, 0);
}
static void watch_forks(void) { pthread_atfork(NULL, NULL, begin_anew); }

static void call_helpers(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  int wanted = vk_threads() - 1;
  if (team.workers >= wanted) return;
  pthread_once(&once, watch_forks);
  // More threads than processors would spin in each other's way.
  atomic_store(&team.spins, wanted < vk_processors());
  for (; team.workers < wanted; team.workers++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, NULL)) break;
    pthread_detach(thread);
  }
}

// Waits for pieces still being worked on; late wakers find none left. Whether it took long.
static int finish(void) {
  atomic_store(&team.open, 0);
  for (long end = nanoseconds() + SPIN_NANOSECONDS; nanoseconds() < end;)
    for (int i = 0; i < LOOKS; i++, rest())
      if (atomic_load(&team.active) == 0) return 0;
  pthread_mutex_lock(&team.lock);
  atomic_store(&team.waits, 1);
  while (atomic_load(&team.active) > 0) pthread_cond_wait(&team.done, &team.lock);
  atomic_store(&team.waits, 0);
  pthread_mutex_unlock(&team.lock);
  return 1;
}

static void alone(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context) {
  // In the same pieces, on whose bounds the last digits may depend.
  for (vk_int begin = 0; begin < n; begin += grain)
    body(context, begin, begin + grain < n ? begin + grain : n);
}

static void share(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context,
                  int wakes) {
  if (vk_threads() == 1 || n <= grain || pthread_mutex_trylock(&team.busy)) {
    alone(n, grain, body, context);
    return;
  }
  if (wakes) call_helpers();
  int is_cautious = !wakes && team.caution > 0;
  team.caution -= is_cautious;
  if (team.workers == 0 || is_cautious ||
      (!wakes && atomic_load(&team.sleepers) == team.workers)) {
    pthread_mutex_unlock(&team.busy);
    alone(n, grain, body, context);
    return;
  }
  team.n = n;
  team.grain = grain;
  team.body = body;
  team.context = context;
  team.mode = vk_current_mode();
  atomic_store(&team.next, 0);
  atomic_store(&team.began, nanoseconds());
  atomic_store(&team.open, 1);
  atomic_fetch_add(&team.generation, 1);
  if (wakes && atomic_load(&team.sleepers) > 0) {
    pthread_mutex_lock(&team.lock);
    pthread_cond_broadcast(&team.wake);
    pthread_mutex_unlock(&team.lock);
  }
  take_pieces();
  if (finish() && !wakes) team.caution = CAUTION;
  pthread_mutex_unlock(&team.busy);
}

void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context) {
  share(n, grain, body, context, 1);
}

void vk_parallel_awake(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int),
                       void *context) {
  share(n, grain, body, context, 0);
}
