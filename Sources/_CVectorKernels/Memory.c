// Blocks of memory for tensors, and the slot of the current thread.
//
// Why not malloc alone: glibc returns blocks above its threshold to the system and every new one
// costs a page fault per 4 KiB, more than most operations on it. Large blocks are kept in lists by
// size class (four classes per power of two) up to a bound.
#include "Clones.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { SMALL = 32768, CLASSES = 160 };

typedef struct block { struct block *next; } block;
static block *lists[CLASSES];
static size_t cached;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

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
  return (top - 14) * 4 + (int)steps - 5;
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
  if (bytes <= 512) return malloc(bytes ? bytes : 1);
  if (bytes <= SMALL) return posix_memalign(&result, 64, bytes) ? NULL : result;
  size_t size;
  int class = class_of(bytes, &size);
  if (class >= CLASSES) return NULL;
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

void vk_release(void *memory, size_t bytes) {
  if (bytes <= SMALL) { free(memory); return; }
  size_t size;
  int class = class_of(bytes, &size);
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

size_t vk_cached_bytes(void) { return cached; }

static __thread void *slot;
void *vk_thread_slot(void) { return slot; }
void vk_set_thread_slot(void *value) { slot = value; }
