// Threads on which cells' code runs, and the call of a cell.

#include "Internal.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

_Thread_local struct cell_thread *cell_self = NULL;

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct cell_thread *list = NULL;
static _Atomic int64_t default_tag = 0;
static pthread_key_t cleanup_key;
static pthread_once_t cleanup_once = PTHREAD_ONCE_INIT;

static const size_t signal_stack_size = 128 * 1024;

// Address space, not memory: pages are used as recursion reaches them.
static const size_t cell_stack_size = (size_t)64 << 20;

typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int cell_create_plain_thread(pthread_t *thread, const pthread_attr_t *attributes,
                             void *(*start)(void *), void *argument) {
  static _Atomic(create_function) real = NULL;
  create_function create = atomic_load(&real);
  if (!create) {
    create = (create_function)dlsym(RTLD_NEXT, "pthread_create");
    atomic_store(&real, create);
  }
  return create(thread, attributes, start, argument);
}

static void forget_thread(void *pointer) {
  struct cell_thread *thread = pointer;
  pthread_mutex_lock(&list_lock);
  for (struct cell_thread **link = &list; *link; link = &(*link)->next) {
    if (*link == thread) {
      *link = thread->next;
      break;
    }
  }
  pthread_mutex_unlock(&list_lock);
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  munmap(thread->signal_stack, signal_stack_size);
  cell_self = NULL;
  for (int i = 0; i < CELL_LEVERS; i++) free(thread->levers[i]);
  free(thread);
}

static void make_cleanup_key(void) { pthread_key_create(&cleanup_key, forget_thread); }

bool cell_thread_prepare(int64_t tag, int kind) {
  if (cell_self) {
    cell_self->kind = kind;
    atomic_store(&cell_self->tag, tag);
    return true;
  }
  struct cell_thread *thread = calloc(1, sizeof *thread);
  if (!thread) return false;
  thread->kind = kind;
  atomic_store(&thread->tag, tag);
  thread->id = (pid_t)syscall(SYS_gettid);
  thread->handle = pthread_self();
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    void *low = NULL;
    size_t size = 0;
    pthread_attr_getstack(&attributes, &low, &size);
    thread->stack_low = (uintptr_t)low;
    thread->stack_high = (uintptr_t)low + size;
    pthread_attr_destroy(&attributes);
  }
  thread->signal_stack = mmap(NULL, signal_stack_size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (thread->signal_stack == MAP_FAILED) {
    free(thread);
    return false;
  }
  stack_t stack = {.ss_sp = thread->signal_stack, .ss_size = signal_stack_size};
  sigaltstack(&stack, NULL);
  pthread_once(&cleanup_once, make_cleanup_key);
  pthread_setspecific(cleanup_key, thread);
  pthread_mutex_lock(&list_lock);
  thread->next = list;
  list = thread;
  pthread_mutex_unlock(&list_lock);
  cell_self = thread;
  return true;
}

struct cell_thread *cell_thread_self(void) { return cell_self; }

void cell_runner_adopt_own_thread(void) { cell_thread_prepare(0, CELL_THREAD_OWN); }

void cell_for_each_thread(void (*visit)(struct cell_thread *, void *), void *context) {
  pthread_mutex_lock(&list_lock);
  for (struct cell_thread *thread = list; thread; thread = thread->next) visit(thread, context);
  pthread_mutex_unlock(&list_lock);
}

static int64_t (*look_up_tag)(void) = NULL;

void cell_runner_set_tag_lookup(int64_t (*lookup)(void)) { look_up_tag = lookup; }

int64_t cell_runner_current_tag(void) {
  int64_t tag = cell_self ? atomic_load(&cell_self->tag) : 0;
  if (!tag && look_up_tag && cell_self && cell_self->kind != CELL_THREAD_OWN) tag = look_up_tag();
  return tag ? tag : atomic_load(&default_tag);
}

void cell_runner_set_current_tag(int64_t tag) {
  if (cell_self) atomic_store(&cell_self->tag, tag);
}

void cell_runner_set_default_tag(int64_t tag) { atomic_store(&default_tag, tag); }

// --- Threads that cells start -------------------------------------------------------------------

struct start {
  void *(*function)(void *);
  void *argument;
  int64_t tag;
};

static void *start_tagged(void *pointer) {
  struct start start = *(struct start *)pointer;
  free(pointer);
  cell_thread_prepare(start.tag, CELL_THREAD_OTHER);
  return start.function(start.argument);
}

// The executable's definition comes before libc's, so Foundation's threads and Dispatch's workers
// pass here too: each gets a signal stack (a stack overflow could not be reported without) and
// remembers whose it is.
__attribute__((visibility("default"))) int pthread_create(pthread_t *thread,
                                                          const pthread_attr_t *attributes,
                                                          void *(*function)(void *),
                                                          void *argument) {
  if (!atomic_load(&cell_runner_active) || (cell_self && cell_self->kind == CELL_THREAD_OWN))
    return cell_create_plain_thread(thread, attributes, function, argument);
  struct start *start = malloc(sizeof *start);
  if (!start) return cell_create_plain_thread(thread, attributes, function, argument);
  *start = (struct start){function, argument, cell_runner_current_tag()};
  int failed = cell_create_plain_thread(thread, attributes, start_tagged, start);
  if (failed) free(start);
  return failed;
}

// --- Cells --------------------------------------------------------------------------------------

// Threads that wait for a cell. Making them ahead keeps the time that it takes out of the cell's,
// and lets a cell run when no more thread can be made.
static pthread_mutex_t launch_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t launched = PTHREAD_COND_INITIALIZER;
static const int spare_threads = 2;
static int idle_threads = 0;

static struct launch {
  int64_t tag;
  cell_body body;
  void *context;
  // The thread that took it; 0 as long as none did.
  int64_t taken_by;
} waiting_launch = {.taken_by = -1};

static void *run_cells(void *unused) {
  (void)unused;
  bool is_ready = cell_thread_prepare(0, CELL_THREAD_CELL);
  struct cell_thread *self = cell_self;
  if (is_ready) cell_reserves_set_levers(self);
  pthread_mutex_lock(&launch_lock);
  if (!is_ready) {
    if (waiting_launch.taken_by == 0) waiting_launch.taken_by = -1;
    pthread_cond_broadcast(&launched);
    pthread_mutex_unlock(&launch_lock);
    return NULL;
  }
  idle_threads += 1;
  pthread_cond_broadcast(&launched);
  for (;;) {
    while (waiting_launch.taken_by != 0) pthread_cond_wait(&launched, &launch_lock);
    struct launch launch = waiting_launch;
    waiting_launch.taken_by = self->id;
    idle_threads -= 1;
    pthread_cond_broadcast(&launched);
    pthread_mutex_unlock(&launch_lock);
    // Whatever the last cell did to the thread.
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    cell_thread_prepare(launch.tag, CELL_THREAD_CELL);
    launch.body(launch.tag, launch.context);
    cell_leave_main_turn(self);
    cell_thread_prepare(0, CELL_THREAD_CELL);
    // The runtime still believes what began in the frames that were jumped over: exclusive
    // accesses, above all.
    if (self->is_worn) return NULL;
    pthread_mutex_lock(&launch_lock);
    if (idle_threads >= spare_threads) break;
    idle_threads += 1;
  }
  pthread_mutex_unlock(&launch_lock);
  return NULL;
}

static bool start_spare_thread(void) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, cell_stack_size);
  pthread_attr_setguardsize(&attributes, 65536);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  int failed = cell_create_plain_thread(&thread, &attributes, run_cells, NULL);
  pthread_attr_destroy(&attributes);
  return !failed;
}

void cell_runner_prepare_threads(int count) {
  pthread_mutex_lock(&launch_lock);
  int missing = count - idle_threads;
  pthread_mutex_unlock(&launch_lock);
  for (int i = 0; i < missing; i++) start_spare_thread();
}

int64_t cell_runner_launch(int64_t tag, cell_body body, void *context) {
  pthread_mutex_lock(&launch_lock);
  while (waiting_launch.taken_by == 0) pthread_cond_wait(&launched, &launch_lock);
  if (idle_threads == 0) {
    if (!start_spare_thread()) {
      pthread_mutex_unlock(&launch_lock);
      return -1;
    }
  }
  waiting_launch = (struct launch){tag, body, context, 0};
  pthread_cond_broadcast(&launched);
  while (waiting_launch.taken_by == 0) pthread_cond_wait(&launched, &launch_lock);
  int64_t id = waiting_launch.taken_by;
  pthread_mutex_unlock(&launch_lock);
  return id;
}

void cell_runner_call_entry(cell_entry entry, struct cell_result *result) {
  memset(result, 0, sizeof *result);
  struct cell_thread *self = cell_self;
  sigjmp_buf landing;
  self->landing = &landing;
  self->result = result;
  self->thrown = NULL;
  self->thrown_frame_count = 0;
  if (sigsetjmp(landing, 0) == 0) entry(0, NULL);
  self->landing = NULL;
  self->result = NULL;
}

// Called by the Swift runtime at every throw; nearly always somebody catches, so it must be cheap.
static void on_throw(void *error) {
  struct cell_thread *self = cell_self;
  if (!self || self->kind != CELL_THREAD_CELL) return;
  self->thrown = error;
  self->thrown_frame_count = cell_collect_frames(NULL, self->thrown_frames, CELL_MAXIMUM_FRAMES);
}

// The same for `throws(E)`, where the error has no box yet.
static void on_typed_throw(void *value, void *type, void *conformance) {
  (void)value;
  (void)type;
  (void)conformance;
  on_throw(NULL);
}

__attribute__((constructor)) static void watch_throws(void) {
  void (*set)(void (*)(void *)) =
      (void (*)(void (*)(void *)))dlsym(RTLD_DEFAULT, "_swift_setWillThrowHandler");
  if (set) set(on_throw);
  void (**typed)(void *, void *, void *) = dlsym(RTLD_DEFAULT, "_swift_willThrowTypedImpl");
  if (typed) *typed = on_typed_throw;
}

// A cell's uncaught error: its references to swift_errorInMain are linked to this.
__attribute__((swiftcall, visibility("default"))) void __wrap_swift_errorInMain(void *error) {
  struct cell_thread *self = cell_self;
  if (!self || !self->landing) abort();
  struct cell_result *result = self->result;
  result->ending = CELL_THREW;
  result->error = error;
  if (self->thrown == error || !self->thrown) {
    result->frame_count = self->thrown_frame_count;
    memcpy(result->frames, self->thrown_frames, sizeof result->frames);
  }
  siglongjmp(*self->landing, 1);
}

_Noreturn void cell_land(enum cell_ending ending, int code) {
  struct cell_thread *self = cell_self;
  // A handler of a comm's messages has nowhere to go back to.
  if (!self->landing)
    cell_report_and_park(ending == CELL_LEFT ? CELL_EVENT_LEFT : CELL_EVENT_EXIT, code);
  self->is_worn = true;
  self->result->ending = ending;
  self->result->exit_code = code;
  self->result->frame_count = cell_collect_frames(NULL, self->result->frames, CELL_MAXIMUM_FRAMES);
  siglongjmp(*self->landing, 1);
}

_Noreturn void cell_report_and_park(enum cell_event_kind kind, int code) {
  struct cell_thread *self = cell_self;
  struct cell_event event;
  memset(&event, 0, sizeof event);
  event.kind = kind;
  event.exit_code = code;
  event.tag = cell_runner_current_tag();
  event.thread = self ? self->id : 0;
  event.is_cell_thread = self && self->kind == CELL_THREAD_CELL;
  event.is_pool_thread = self && self->kind == CELL_THREAD_POOL;
  event.is_main_thread = self && self->kind == CELL_THREAD_MAIN;
  event.frame_count = cell_collect_frames(NULL, event.frames, CELL_MAXIMUM_FRAMES);
  cell_write_event(&event);
  cell_park();
}
