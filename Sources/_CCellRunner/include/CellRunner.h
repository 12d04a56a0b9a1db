// What Swift cannot do well for the process that runs cells: signal handlers, parking a thread
// inside one, jumping out of a thrown top-level error, replacing C streams, and the hooks of the
// Swift concurrency runtime, whose calling convention only C can spell.
//
// Vocabulary: a *cell thread* runs a cell's top-level code; a thread is *parked* when it waits for
// ever inside a signal handler, so that everything it borrowed stays valid and nothing is undone.

#ifndef CELL_RUNNER_H
#define CELL_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CELL_MAXIMUM_FRAMES 96

// --- Traps and parked threads (Traps.c) ---------------------------------------------------------

enum cell_event_kind {
  // A thread trapped (SIGILL, SIGSEGV, SIGABRT, …) and is parked now.
  CELL_EVENT_TRAP = 1,
  // A thread other than the cell's own called exit() and is parked now.
  CELL_EVENT_EXIT = 2,
  // A thread came to a check point while its cell was being interrupted, and is parked now.
  CELL_EVENT_STOPPED = 3,
  // A thread that others wait for called pthread_exit() and is parked now.
  CELL_EVENT_LEFT = 4,
};

// Small enough that one write to a pipe is atomic.
struct cell_event {
  int32_t kind;
  int32_t signal;
  int32_t signal_code;
  int32_t exit_code;
  int64_t tag;
  int64_t thread;
  bool is_cell_thread;
  bool is_stack_overflow;
  bool is_pool_thread;
  bool is_main_thread;
  // No memory was left.
  bool is_out_of_memory;
  int32_t frame_count;
  uint64_t fault_address;
  // frames[0] is the program counter, the rest return addresses.
  uint64_t frames[CELL_MAXIMUM_FRAMES];
};

// Installs the handlers; events are written to `event_descriptor`.
void cell_runner_start(int event_descriptor);

// Marks the calling thread as the runner's own: a trap there ends the process.
void cell_runner_adopt_own_thread(void);

// --- Reserves (Reserves.c) ----------------------------------------------------------------------

// What is kept back so that a session whose cells used up everything can still run the cell that
// frees something. Each is taken back, when there is enough again, by `cell_reserves_fill`.
void cell_reserves_fill(void);

// Gives the reserve of address space back when there is no other left; returns whether it did, now
// or earlier. Safe in signal handlers.
bool cell_reserves_open_memory(void);

// Makes the allocator give back to the system what cells have freed.
void cell_reserves_trim(void);

// Gives the reserved descriptors back; returns whether there were any.
bool cell_reserves_open_descriptors(void);

// --- Threads and cells (Threads.c) --------------------------------------------------------------

typedef int (*cell_entry)(int, char **);

// A way to run Swift code around a cell's entry, on its thread.
typedef void (*cell_body)(int64_t tag, void *context);

// Runs `body` on a thread with its own signal stack and the given tag; returns the thread's id, -1
// when there is none and none can be made. `body` must call `cell_runner_call_entry` for the cell
// itself. A thread serves one cell after another until a cell ends otherwise than by its last
// statement or a thrown error.
int64_t cell_runner_launch(int64_t tag, cell_body body, void *context);

// Makes threads for the next cells ahead, so that `count` wait.
void cell_runner_prepare_threads(int count);

enum cell_ending {
  CELL_RETURNED = 0,
  CELL_THREW = 1,
  CELL_EXITED = 2,
  // The cell ended its own thread.
  CELL_LEFT = 3,
};

struct cell_result {
  int32_t ending;
  int32_t exit_code;
  // The thrown error (+1), when the cell threw.
  void *error;
  // Where it was thrown.
  int32_t frame_count;
  uint64_t frames[CELL_MAXIMUM_FRAMES];
};

// Calls a cell's main function. Comes back also when the cell throws or calls exit().
void cell_runner_call_entry(cell_entry entry, struct cell_result *result);

// The tag of the cell on whose behalf the calling thread works; 0 when unknown.
int64_t cell_runner_current_tag(void);
void cell_runner_set_current_tag(int64_t tag);

// How to ask the running task for its tag; for threads that run tasks.
void cell_runner_set_tag_lookup(int64_t (*lookup)(void));

// The tag for threads whose origin is unknown: that of the cell that runs or ran last.
void cell_runner_set_default_tag(int64_t tag);

// --- Interrupting (Interrupts.c) ----------------------------------------------------------------

// True while the cell is asked to stop. Long operations poll it.
bool cell_runner_is_interrupted(void);
void cell_runner_set_interrupted(bool on);

// Ends the calling thread's cell: writes CELL_EVENT_STOPPED and parks. Never returns.
_Noreturn void cell_runner_stop_here(void);

#define CELL_UNRESTARTED_CALL 100000

struct cell_snapshot {
  // The cell on whose behalf the thread works.
  int64_t tag;
  int32_t frame_count;
  // Number of the system call the thread is blocked in; -1 when it runs, CELL_UNRESTARTED_CALL for
  // a call that ends when a signal comes (sleep, poll, …), whose number is lost.
  int64_t system_call;
  uint64_t frames[CELL_MAXIMUM_FRAMES];
};

// Halts thread `thread` in a signal handler and tells where it was. Returns false when it did not
// answer within `milliseconds`. One thread at a time; must be followed by `cell_runner_release`.
bool cell_runner_halt(int64_t thread, int milliseconds, struct cell_snapshot *snapshot);

// Lets the halted thread go on, or parks it for ever.
void cell_runner_release(bool park);

// Whether a thread in this system call waits for something that may never come, and may be parked
// there at once: it owns no lock of the C library.
bool cell_runner_is_waiting(int64_t system_call);
// Whether it waits for a lock or a condition.
bool cell_runner_is_blocked(int64_t system_call);

// Threads of the task pool that are not parked.
int cell_runner_pool_threads(int64_t *threads, int capacity);

// Threads that work on behalf of `tag` at this moment, the cell's own first.
int cell_runner_threads_of(int64_t tag, int64_t *threads, int capacity);

// A cell's thread waits for a task: false when the cell is interrupted first.
void *cell_wait_create(void);
void cell_wait_destroy(void *handle);
void cell_wait_finish(void *handle);
bool cell_wait(void *handle);
// Gives a cancelled task a moment to end.
void cell_wait_briefly(void *handle);

// --- Streams (Streams.c) ------------------------------------------------------------------------

// Asked for a line of input; returns its length, 0 at the end of input, -1 on failure. The line
// with its newline is written to `buffer`.
typedef long (*cell_read_line)(char *buffer, size_t capacity);

// Replaces stdout, stderr and stdin. What is printed goes to descriptor 1 in order, with marks
// that begin with `mark` (see Streams.c) telling streams and cells apart.
void cell_runner_replace_streams(const char *mark, cell_read_line read_line);

// Opens descriptors 0, 1 and 2 again where a cell closed them.
void cell_runner_mend_descriptors(void);

// Writes all that is held back. Safe after a thread was parked: a stream whose lock it took is
// replaced.
void cell_runner_flush(void);

// Writes a mark of the given kind (see Streams.c), after what was printed before.
void cell_runner_write_mark(char kind, int64_t number);

// Holds output back for longer, because there is very much of it.
void cell_runner_expect_flood(bool on);

// --- Swift concurrency (Executor.c) -------------------------------------------------------------

// Takes over the global and the main executor. Jobs then run on threads that are replaced when
// one is parked. `main_queue_loop` must be called on the main thread afterwards.
void cell_runner_take_executors(void);

// Serves the main actor and the main dispatch queue; never returns.
_Noreturn void cell_runner_serve_main(void);

// Call when a thread of the pool, or the main thread, was parked: another one takes its place.
void cell_runner_replace_parked(bool is_main_thread);

// --- System (System.c) --------------------------------------------------------------------------

// A pipe whose ends are closed in other programs.
bool cell_pipe(int32_t ends[2]);

// Closes a descriptor in every program that is started from now on.
bool cell_close_in_programs(int descriptor);

// Bytes that can be read from a pipe without waiting.
int32_t cell_waiting_bytes(int descriptor);

enum cell_child_state {
  CELL_CHILD_RUNS = 0,
  CELL_CHILD_STOPPED = 1,
  // Ended, whether its end was asked for or not.
  CELL_CHILD_GONE = 2,
};

// How a child process is, without taking its exit status.
enum cell_child_state cell_child_state(int32_t id);

// Whether this process still has a thread.
bool cell_thread_exists(int64_t thread);

// The part of a loaded library that is code, around an address of it.
bool cell_code_range(const void *address, uint64_t *low, uint64_t *high);

// Gives back the memory of code that may not be needed again: it is read from its file if it is.
void cell_forget_code(uint64_t low, uint64_t high);

struct cell_location {
  const char *image;
  const char *symbol;
  uint64_t offset;
};

// The file, the offset in it and the nearest exported symbol of an address.
bool cell_locate(uint64_t address, struct cell_location *location);

// Reads a flag that another thread sets.
static inline int32_t cell_runner_load(const int32_t *flag) {
  return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

// --- Within the module --------------------------------------------------------------------------

struct cell_thread;
struct cell_thread *cell_thread_self(void);
bool cell_thread_prepare(int64_t tag, int kind);
int cell_collect_frames(void *context, uint64_t *frames, int capacity);
void cell_write_event(struct cell_event *event);
_Noreturn void cell_park(void);

#endif
