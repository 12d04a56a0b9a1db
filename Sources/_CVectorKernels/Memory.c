// Blocks of memory for tensors, and the slot of the current thread.
//
// Why not malloc alone: glibc returns blocks above its threshold to the system and every new one
// costs a page fault per 4 KiB, more than most operations on it; and aligned blocks of a few KiB are
// cut out of larger ones and merged again each time. Blocks are kept in lists by size class (four
// classes per power of two) up to a bound: those up to 32 KiB with the thread that released
// them, which needs no lock, larger ones for all threads.
#include "Clones.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { TINY = 512, OWN_CLASSES = 24, CLASSES = 180, OWN_BYTES = 4 << 20 };

typedef struct block { struct block *next; } block;
static block *lists[CLASSES];
static size_t cached;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// What this thread keeps; `ends` when the thread is about to.
static __thread struct {
  block *lists[OWN_CLASSES];
  size_t cached;
  void *workspace;
  size_t workspace_bytes;
  int begun, ends;
} own;
static pthread_key_t ending;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void end_thread(void *unused) {
  (void)unused;
  own.ends = 1;
  free(own.workspace);
  own.workspace = NULL;
  own.workspace_bytes = 0;
  for (int class = 0; class < OWN_CLASSES; class++) {
    while (own.lists[class]) {
      block *first = own.lists[class];
      own.lists[class] = first->next;
      free(first);
    }
  }
}
static void make_key(void) { pthread_key_create(&ending, end_thread); }

size_t vk_physical_memory(void) {
  static size_t bytes;
  if (!bytes) bytes = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
  return bytes;
}

// The class whose blocks hold `bytes`, and the size of its blocks.
static int class_of(size_t bytes, size_t *size) {
  int top = 63 - __builtin_clzll(bytes - 1);
  size_t quarter = (size_t)1 << (top - 2);
  size_t steps = (bytes + quarter - 1) / quarter;  // 5...8
  *size = steps * quarter;
  return (top - 9) * 4 + (int)steps - 5;
}

// Gives what the lists hold back to the system.
static void release_cached(void) {
  pthread_mutex_lock(&lock);
  for (int class = 0; class < CLASSES; class++) {
    while (lists[class]) {
      block *first = lists[class];
      lists[class] = first->next;
      free(first);
    }
  }
  cached = 0;
  pthread_mutex_unlock(&lock);
}

static int poison = -1;
void vk_poison(int byte) { poison = byte; }

static void *raw_allocate(size_t bytes) {
  void *result = NULL;
  if (bytes <= TINY) return malloc(bytes ? bytes : 1);
  size_t size;
  int class = class_of(bytes, &size);
  if (class >= CLASSES) return NULL;
  if (class < OWN_CLASSES) {
    block *first = own.lists[class];
    if (!first) return posix_memalign(&result, 64, size) ? NULL : result;
    own.lists[class] = first->next;
    own.cached -= size;
    return first;
  }
  pthread_mutex_lock(&lock);
  block *first = lists[class];
  if (first) {
    lists[class] = first->next;
    cached -= size;
  }
  pthread_mutex_unlock(&lock);
  if (first) return first;
  if (posix_memalign(&result, 64, size) == 0) return result;
  release_cached();
  return posix_memalign(&result, 64, size) ? NULL : result;
}

void *vk_allocate(size_t bytes) {
  void *memory = raw_allocate(bytes);
  if (poison >= 0 && memory) __builtin_memset(memory, poison, bytes);
  return memory;
}

// Has this thread's blocks released when it ends.
static void begin_thread(void) {
  if (own.begun) return;
  own.begun = 1;
  pthread_once(&once, make_key);
  pthread_setspecific(ending, &own);
}

// Keeps a block with this thread; 0 where it has enough.
static int keep_own(block *b, int class, size_t size) {
  if (own.ends || own.cached + size > OWN_BYTES) return 0;
  begin_thread();
  b->next = own.lists[class];
  own.lists[class] = b;
  own.cached += size;
  return 1;
}

void vk_release(void *memory, size_t bytes) {
  if (bytes <= TINY || !memory) { free(memory); return; }
  size_t size;
  int class = class_of(bytes, &size);
  if (class < OWN_CLASSES) {
    if (!keep_own((block *)memory, class, size)) free(memory);
    return;
  }
  pthread_mutex_lock(&lock);
  int keeps = cached + size <= vk_physical_memory() / 8;
  if (keeps) {
    block *b = (block *)memory;
    b->next = lists[class];
    lists[class] = b;
    cached += size;
  }
  pthread_mutex_unlock(&lock);
  if (!keeps) free(memory);
}

void *vk_workspace(size_t bytes) {
  if (bytes <= own.workspace_bytes) return own.workspace;
  free(own.workspace);
  own.workspace = NULL;
  own.workspace_bytes = 0;
  if (posix_memalign(&own.workspace, 64, bytes))
    vk_stop("no memory: an operation needs %zu more MiB", bytes >> 20);
  own.workspace_bytes = bytes;
  begin_thread();
  return own.workspace;
}

size_t vk_cached_bytes(void) { return cached; }

static __thread void *slot;
void *vk_thread_slot(void) { return slot; }
void vk_set_thread_slot(void *value) { slot = value; }
