// Shared by the files of this module.

#ifndef CELL_RUNNER_INTERNAL_H
#define CELL_RUNNER_INTERNAL_H

#define _GNU_SOURCE
#include "CellRunner.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>

enum { CELL_LEVERS = 4 };

enum cell_thread_kind {
  CELL_THREAD_OWN = 1,   // the runner's own: a trap there is a real crash
  CELL_THREAD_CELL = 2,  // runs a cell's top-level code
  CELL_THREAD_POOL = 3,  // runs jobs of Swift concurrency
  CELL_THREAD_MAIN = 4,  // serves the main actor and the main queue
  CELL_THREAD_OTHER = 5, // started by a cell: Thread, pthread_create, Dispatch
};

struct cell_thread {
  int kind;
  _Atomic int64_t tag;
  pid_t id;
  pthread_t handle;
  uintptr_t stack_low, stack_high;
  void *signal_stack;
  _Atomic bool is_parked;
  // The main actor is its alone (see Executor.c).
  bool has_main_turn;
  // Where a thrown error or exit() of a cell's top-level code goes back to.
  sigjmp_buf *landing;
  struct cell_result *result;
  // A cell left it by a jump: the thread is good for no other.
  bool is_worn;
  // The last throw on this thread, in case nobody catches it.
  void *thrown;
  int thrown_frame_count;
  uint64_t thrown_frames[CELL_MAXIMUM_FRAMES];
  // Blocks by which the allocator is made to give back what was freed (see Reserves.c).
  void *levers[CELL_LEVERS];
  // The conversation with cell_runner_halt.
  _Atomic int halt_state;
  struct cell_snapshot snapshot;
  struct cell_thread *next;
};

extern _Thread_local struct cell_thread *cell_self;
extern _Atomic bool cell_runner_active;

// pthread_create without the bookkeeping of cell threads.
int cell_create_plain_thread(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

// Ends the calling cell thread's cell.
_Noreturn void cell_land(enum cell_ending ending, int code);

// Tells the runner what became of the calling thread, which waits for ever.
_Noreturn void cell_report_and_park(enum cell_event_kind kind, int code);

// Whether a descriptor is the pipe that the streams write to.
bool cell_streams_own(int descriptor);
// Puts bytes that were meant for descriptor 1 in their place.
void cell_streams_write(const char *bytes, size_t count);
// Somebody is about to write to descriptor 2.
void cell_streams_expect_errors(void);
// Somebody is about to start a process, which writes to descriptors 1 and 2.
void cell_streams_expect_child(void);

// Lets others be on the main actor, where the thread had it for itself.
void cell_leave_main_turn(struct cell_thread *self);

// Fills the thread's levers.
void cell_reserves_set_levers(struct cell_thread *thread);

// Visits the registered threads under their lock.
void cell_for_each_thread(void (*visit)(struct cell_thread *, void *), void *context);

#endif
