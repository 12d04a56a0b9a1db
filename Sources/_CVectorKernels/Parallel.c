// A few threads that share work in pieces.
//
// Why not static halves and a spin barrier: on a machine that others use, too, one late thread
// would hold up the rest. Pieces are taken from a counter; whoever is late takes fewer. Waiting is
// a short spin, then sleep. One parallel region runs at a time; a second caller works alone.
#include "Clones.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST = 64 };

static struct {
  pthread_mutex_t busy, lock;
  pthread_cond_t wake, done;
  int started, threads, workers;
  unsigned long generation;
  int active;
  atomic_long next;
  vk_int n, grain;
  void (*body)(void *, vk_int, vk_int);
  void *context;
  vk_mode mode;
} team = {.busy = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

static void take_pieces(void) {
  for (;;) {
    vk_int begin = atomic_fetch_add(&team.next, team.grain);
    if (begin >= team.n) return;
    vk_int end = begin + team.grain < team.n ? begin + team.grain : team.n;
    team.body(team.context, begin, end);
  }
}

static void *worker(void *unused) {
  (void)unused;
  unsigned long seen = 0;
  pthread_mutex_lock(&team.lock);
  for (;;) {
    while (team.generation == seen || !team.body) {
      if (team.generation != seen) seen = team.generation;
      pthread_cond_wait(&team.wake, &team.lock);
    }
    seen = team.generation;
    team.active++;
    vk_mode mode = team.mode;
    pthread_mutex_unlock(&team.lock);
    vk_restore(mode);
    take_pieces();
    pthread_mutex_lock(&team.lock);
    if (--team.active == 0) pthread_cond_signal(&team.done);
  }
  return NULL;
}

int vk_threads(void) {
  if (!team.threads) {
    const char *text = getenv("ANSATZ_THREADS");
    int wanted = text ? atoi(text) : vk_processors();
    team.threads = wanted < 1 ? 1 : (wanted > MOST ? MOST : wanted);
  }
  return team.threads;
}

void vk_set_threads(int threads) {
  team.threads = threads < 1 ? 1 : (threads > MOST ? MOST : threads);
}

void vk_parallel(vk_int n, vk_int grain, void (*body)(void *, vk_int, vk_int), void *context) {
  if (vk_threads() == 1 || n <= grain || pthread_mutex_trylock(&team.busy)) {
    body(context, 0, n);
    return;
  }
  pthread_mutex_lock(&team.lock);
  while (team.workers < vk_threads() - 1) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, NULL)) break;
    pthread_detach(thread);
    team.workers++;
  }
  team.n = n;
  team.grain = grain;
  team.body = body;
  team.context = context;
  team.mode = vk_current_mode();
  atomic_store(&team.next, 0);
  team.generation++;
  pthread_cond_broadcast(&team.wake);
  pthread_mutex_unlock(&team.lock);
  take_pieces();
  // Wait for pieces still being worked on; late wakers find none left.
  pthread_mutex_lock(&team.lock);
  while (team.active > 0) pthread_cond_wait(&team.done, &team.lock);
  team.body = NULL;
  pthread_mutex_unlock(&team.lock);
  pthread_mutex_unlock(&team.busy);
}
