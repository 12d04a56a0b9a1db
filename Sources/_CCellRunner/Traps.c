// Traps: the handler reports and parks the thread; it never returns into the trapped code and
// never unwinds it, because nothing says that the code can be left there.

#include "Internal.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

static int event_descriptor = -1;
_Atomic bool cell_runner_active = false;

// Stack that a parked thread keeps: its outermost frames, which other threads may borrow from.
static const uintptr_t kept_stack = 256 * 1024;

void cell_write_event(struct cell_event *event) {
  const size_t size = sizeof *event;
  ssize_t written;
  do {
    written = write(event_descriptor, event, size);
  } while (written < 0 && errno == EINTR);
}

_Noreturn void cell_park(void) {
  struct cell_thread *self = cell_self;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  if (self) {
    atomic_store(&self->is_parked, true);
    cell_leave_main_turn(self);
    // A deep recursion would otherwise keep its whole stack, trap after trap. The handler runs on a
    // stack of its own, so the thread's may go: its address space, too, which may be limited.
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    bool on_own_stack = here >= self->stack_low && here < self->stack_high;
    if (!on_own_stack && self->stack_high - self->stack_low > 2 * kept_stack) {
      uintptr_t end = (self->stack_high - kept_stack) & ~(uintptr_t)0xFFFF;
      if (self->kind == CELL_THREAD_MAIN)
        madvise((void *)self->stack_low, end - self->stack_low, MADV_DONTNEED);
      else
        munmap((void *)self->stack_low, end - self->stack_low);
    }
  }
  for (;;) syscall(SYS_pause);
}

// Walks the frame pointers, which all Swift code and its runtime keep. Every address is checked
// against the thread's stack first: foreign code may use the register for something else.
int cell_collect_frames(void *context, uint64_t *frames, int capacity) {
  uintptr_t pc, fp, sp;
  if (context) {
    ucontext_t *state = context;
#if defined(__x86_64__)
    pc = (uintptr_t)state->uc_mcontext.gregs[REG_RIP];
    fp = (uintptr_t)state->uc_mcontext.gregs[REG_RBP];
    sp = (uintptr_t)state->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    pc = (uintptr_t)state->uc_mcontext.pc;
    fp = (uintptr_t)state->uc_mcontext.regs[29];
    sp = (uintptr_t)state->uc_mcontext.sp;
#else
#error "this processor's registers are not known here"
#endif
  } else {
    pc = (uintptr_t)__builtin_return_address(0);
    fp = (uintptr_t)__builtin_frame_address(0);
    sp = fp;
  }
  struct cell_thread *self = cell_self;
  uintptr_t high = self ? self->stack_high : 0;
  int count = 0;
  if (capacity > 0) frames[count++] = pc;
  // A frame that has not set up its frame pointer yet (a call in libc) hides its caller; the
  // return address is then at the top of the stack, or nowhere.
  while (count < capacity && fp >= sp && fp + 16 <= high && fp % 8 == 0) {
    uintptr_t next = ((uintptr_t *)fp)[0];
    uintptr_t back = ((uintptr_t *)fp)[1];
    if (back < 4096) break;
    frames[count++] = back;
    // Swift marks frames of async functions in the pointer's topmost nibble.
    next &= ~((uintptr_t)0xF << 60);
    if (next <= fp) break;
    fp = next;
  }
  return count;
}

struct unwinding {
  uint64_t *frames;
  int count, capacity;
  bool is_past_signal;
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *pointer) {
  struct unwinding *unwinding = pointer;
  int is_before = 0;
  uintptr_t address = _Unwind_GetIPInfo(context, &is_before);
  // Frames of the handler come first; the interrupted one is marked.
  if (is_before) unwinding->is_past_signal = true;
  if (!unwinding->is_past_signal) return _URC_NO_REASON;
  if (unwinding->count == unwinding->capacity) return _URC_END_OF_STACK;
  unwinding->frames[unwinding->count++] = address;
  return _URC_NO_REASON;
}

// libc keeps no frame pointers: the way out of abort() is found in its unwind tables, which the
// unwinder reads without a lock (glibc 2.35 and later).
static int unwind_from_libc(uint64_t *frames, int capacity) {
  struct unwinding unwinding = {frames, 0, capacity, false};
  _Unwind_Backtrace(add_frame, &unwinding);
  return unwinding.count;
}

static void on_trap(int number, siginfo_t *info, void *context) {
  struct cell_thread *self = cell_self;
  if (!atomic_load(&cell_runner_active) || !self || self->kind == CELL_THREAD_OWN) {
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  int saved = errno;
  struct cell_event event;
  memset(&event, 0, sizeof event);
  // Before the runner's own threads need memory to tell of it.
  event.is_out_of_memory = cell_reserves_open_memory();
  event.kind = CELL_EVENT_TRAP;
  event.signal = number;
  event.signal_code = info->si_code;
  event.tag = cell_runner_current_tag();
  event.thread = self->id;
  event.is_cell_thread = self->kind == CELL_THREAD_CELL;
  event.is_pool_thread = self->kind == CELL_THREAD_POOL;
  event.is_main_thread = self->kind == CELL_THREAD_MAIN;
  uintptr_t address = (uintptr_t)info->si_addr;
  if (number == SIGSEGV || number == SIGBUS) {
    event.fault_address = address;
    // The guard lies below the stack; one big frame may step over a page of it.
    event.is_stack_overflow =
        address < self->stack_low + 65536 && address + (1 << 20) > self->stack_low;
  }
  event.frame_count = cell_collect_frames(context, event.frames, CELL_MAXIMUM_FRAMES);
  if (number == SIGABRT) {
    int count = unwind_from_libc(event.frames, CELL_MAXIMUM_FRAMES);
    if (count > 0) event.frame_count = count;
  }
  cell_write_event(&event);
  errno = saved;
  cell_park();
}

void cell_runner_start(int descriptor) {
  event_descriptor = descriptor;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  const int traps[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
  for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) sigaction(traps[i], &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  atomic_store(&cell_runner_active, true);
}
