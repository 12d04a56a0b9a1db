// Stopping a thread from outside: halt it in a signal handler, let the runner look where it is,
// then let it go on or park it. The decision is made by another thread, with all of the program's
// means, because a signal handler has none.

#include "Internal.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static _Atomic bool cell_runner_interrupted = false;

bool cell_runner_is_interrupted(void) { return atomic_load(&cell_runner_interrupted); }

// SIGURG: ignored by default, so a stray one harms nobody.
#define HALT_SIGNAL SIGURG

enum { IDLE, ASKED, HALTED, GO_ON, PARK };

static int futex(_Atomic int *address, int operation, int value, const struct timespec *timeout) {
  return (int)syscall(SYS_futex, address, operation, value, timeout, NULL, 0);
}

void cell_runner_set_interrupted(bool on) { atomic_store(&cell_runner_interrupted, on); }

static void on_halt(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  struct cell_thread *self = cell_self;
  int asked = ASKED;
  if (!self) return;
  int saved = errno;
  self->snapshot.system_call = -1;
  self->snapshot.tag = cell_runner_current_tag();
  // The kernel makes a signal interrupt a blocking call in one of two ways: the call is to be
  // made again (the counter stands on its instruction, the number in its register), or it failed
  // with EINTR (the counter stands behind it).
  ucontext_t *state = context;
#if defined(__x86_64__)
  const unsigned char *pc = (const unsigned char *)state->uc_mcontext.gregs[REG_RIP];
  long result = (long)state->uc_mcontext.gregs[REG_RAX];
  if (pc[0] == 0x0F && pc[1] == 0x05)
    self->snapshot.system_call = result;
  else if (pc[-2] == 0x0F && pc[-1] == 0x05 && result == -EINTR)
    self->snapshot.system_call = CELL_UNRESTARTED_CALL;
#elif defined(__aarch64__)
  const uint32_t *pc = (const uint32_t *)state->uc_mcontext.pc;
  if (pc[0] == 0xD4000001)
    self->snapshot.system_call = (int64_t)state->uc_mcontext.regs[8];
  else if (pc[-1] == 0xD4000001 && (long)state->uc_mcontext.regs[0] == -EINTR)
    self->snapshot.system_call = CELL_UNRESTARTED_CALL;
#endif
  self->snapshot.frame_count =
      cell_collect_frames(context, self->snapshot.frames, CELL_MAXIMUM_FRAMES);
  if (atomic_compare_exchange_strong(&self->halt_state, &asked, HALTED)) {
    futex(&self->halt_state, FUTEX_WAKE, INT_MAX, NULL);
    while (atomic_load(&self->halt_state) == HALTED)
      futex(&self->halt_state, FUTEX_WAIT, HALTED, NULL);
    if (atomic_load(&self->halt_state) == PARK) cell_park();
    atomic_store(&self->halt_state, IDLE);
  }
  errno = saved;
}

__attribute__((constructor)) static void prepare(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_halt;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(HALT_SIGNAL, &action, NULL);
}

struct search {
  int64_t id;
  struct cell_thread *found;
};

static void match(struct cell_thread *thread, void *context) {
  struct search *search = context;
  if (thread->id == search->id && !atomic_load(&thread->is_parked)) search->found = thread;
}

// A thread that ended between the search and its use is avoided by asking only threads of the
// running cell and of the pool, whose end the caller hears of first.
static struct cell_thread *find(int64_t id) {
  struct search search = {id, NULL};
  cell_for_each_thread(match, &search);
  return search.found;
}

// Remembered, since to search for it again would take a lock that it may hold.
static struct cell_thread *halted = NULL;

bool cell_runner_halt(int64_t id, int milliseconds, struct cell_snapshot *snapshot) {
  struct cell_thread *thread = find(id);
  if (!thread) return false;
  atomic_store(&thread->halt_state, ASKED);
  if (syscall(SYS_tgkill, getpid(), thread->id, HALT_SIGNAL) != 0) {
    atomic_store(&thread->halt_state, IDLE);
    return false;
  }
  struct timespec end, now;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_nsec += (long)milliseconds * 1000000;
  end.tv_sec += end.tv_nsec / 1000000000;
  end.tv_nsec %= 1000000000;
  while (atomic_load(&thread->halt_state) == ASKED) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t left = (int64_t)(end.tv_sec - now.tv_sec) * 1000000000 + (end.tv_nsec - now.tv_nsec);
    if (left <= 0) {
      int asked = ASKED;
      if (atomic_compare_exchange_strong(&thread->halt_state, &asked, IDLE)) return false;
      break;
    }
    struct timespec wait = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    futex(&thread->halt_state, FUTEX_WAIT, ASKED, &wait);
  }
  *snapshot = thread->snapshot;
  halted = thread;
  return true;
}

void cell_runner_release(bool park) {
  struct cell_thread *thread = halted;
  halted = NULL;
  if (!thread) return;
  atomic_store(&thread->halt_state, park ? PARK : GO_ON);
  futex(&thread->halt_state, FUTEX_WAKE, INT_MAX, NULL);
}

bool cell_runner_is_waiting(int64_t call) {
  switch (call) {
  case CELL_UNRESTARTED_CALL:
  case SYS_read:
  case SYS_readv:
  case SYS_pread64:
  case SYS_ppoll:
  case SYS_pselect6:
  case SYS_epoll_pwait:
  case SYS_clock_nanosleep:
  case SYS_nanosleep:
  case SYS_wait4:
  case SYS_waitid:
  case SYS_connect:
  case SYS_accept:
  case SYS_accept4:
  case SYS_recvfrom:
  case SYS_recvmsg:
  case SYS_rt_sigsuspend:
  case SYS_rt_sigtimedwait:
  case SYS_flock:
#ifdef SYS_poll
  case SYS_poll:
  case SYS_select:
  case SYS_epoll_wait:
  case SYS_pause:
#endif
    return true;
  default:
    return false;
  }
}

bool cell_runner_is_blocked(int64_t call) { return call == SYS_futex; }

struct collection {
  int kind;
  int64_t tag;
  int64_t *threads;
  int count, capacity;
};

static void collect(struct cell_thread *thread, void *context) {
  struct collection *collection = context;
  if (thread->kind == CELL_THREAD_OWN || atomic_load(&thread->is_parked)) return;
  if (collection->kind ? thread->kind != collection->kind
                       : atomic_load(&thread->tag) != collection->tag)
    return;
  if (collection->count == collection->capacity) return;
  int place = collection->count++;
  collection->threads[place] = thread->id;
  if (thread->kind == CELL_THREAD_CELL && place > 0) {
    collection->threads[place] = collection->threads[0];
    collection->threads[0] = thread->id;
  }
}

int cell_runner_threads_of(int64_t tag, int64_t *threads, int capacity) {
  struct collection collection = {0, tag, threads, 0, capacity};
  cell_for_each_thread(collect, &collection);
  return collection.count;
}

int cell_runner_pool_threads(int64_t *threads, int capacity) {
  struct collection collection = {CELL_THREAD_POOL, 0, threads, 0, capacity};
  cell_for_each_thread(collect, &collection);
  return collection.count;
}

_Noreturn void cell_runner_stop_here(void) { cell_report_and_park(CELL_EVENT_STOPPED, 0); }

// --- Waiting for a task -------------------------------------------------------------------------

struct cell_wait {
  _Atomic int is_finished;
};

void *cell_wait_create(void) { return calloc(1, sizeof(struct cell_wait)); }

void cell_wait_destroy(void *handle) { free(handle); }

void cell_wait_finish(void *handle) {
  struct cell_wait *wait = handle;
  atomic_store(&wait->is_finished, 1);
  futex(&wait->is_finished, FUTEX_WAKE, INT_MAX, NULL);
}

// Looks for interrupts by itself, so that nobody has to know who waits.
bool cell_wait(void *handle) {
  struct cell_wait *wait = handle;
  cell_leave_main_turn(cell_self);
  while (!atomic_load(&wait->is_finished)) {
    if (atomic_load(&cell_runner_interrupted)) return false;
    struct timespec pause = {.tv_nsec = 20 * 1000000};
    futex(&wait->is_finished, FUTEX_WAIT, 0, &pause);
  }
  return true;
}

void cell_wait_briefly(void *handle) {
  struct cell_wait *wait = handle;
  for (int i = 0; i < 20 && !atomic_load(&wait->is_finished); i++) {
    struct timespec pause = {.tv_nsec = 10 * 1000000};
    futex(&wait->is_finished, FUTEX_WAIT, 0, &pause);
  }
}
