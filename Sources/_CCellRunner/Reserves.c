// Memory and descriptors kept back for the cell that is to free some. With a limit on a process (in
// containers, on clusters) a cell can use up all there is; without a reserve not even the library
// of `a = []` could be loaded after it.

#include "Internal.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DESCRIPTORS = 16 };

// Address space, not memory: nothing of it is ever touched.
static const size_t reserve_size = (size_t)256 << 20;
// What should be left beside the reserve before it is set up again.
static const size_t comfort = (size_t)256 << 20;
// Less than this left is too little: a thread's stack and the runner need about as much.
static const size_t least = (size_t)128 << 20;

static _Atomic(void *) reserve = NULL;
static int descriptors[DESCRIPTORS];
static int descriptor_count = 0;

static bool is_there(size_t size) {
  void *place = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) return false;
  munmap(place, size);
  return true;
}

void cell_reserves_fill(void) {
  if (!atomic_load(&reserve) && is_there(reserve_size + comfort)) {
    void *place = mmap(NULL, reserve_size, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place != MAP_FAILED) atomic_store(&reserve, place);
  }
  while (descriptor_count < DESCRIPTORS) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) break;
    descriptors[descriptor_count++] = descriptor;
  }
}

bool cell_reserves_open_memory(void) {
  if (is_there(least)) return false;
  void *place = atomic_exchange(&reserve, NULL);
  if (place) munmap(place, reserve_size);
  return true;
}

// Each thread's allocations come from an area of its own, which the allocator shrinks only when a
// large block of that very area is freed: of what a parked thread had allocated nothing would ever
// go back. Not so large, though, that the system serves it.
static const size_t lever_size = 96 * 1024;

void cell_reserves_set_levers(struct cell_thread *thread) {
  for (int i = 0; i < CELL_LEVERS; i++) thread->levers[i] = malloc(lever_size);
}

static void pull_lever(struct cell_thread *thread, void *unused) {
  (void)unused;
  for (int i = 0; i < CELL_LEVERS; i++) {
    if (!thread->levers[i]) continue;
    free(thread->levers[i]);
    thread->levers[i] = NULL;
    return;
  }
}

void cell_reserves_trim(void) {
  cell_for_each_thread(pull_lever, NULL);
  malloc_trim(0);
}

bool cell_reserves_open_descriptors(void) {
  bool were_there = descriptor_count > 0;
  while (descriptor_count > 0) close(descriptors[--descriptor_count]);
  return were_there;
}
