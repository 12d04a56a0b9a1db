#include "Ranks.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// The binary interface of Open MPI 2 to 5.
typedef void *handle;
enum { message_tag = 7, thread_multiple = 3 };
// What MPI writes into a status takes 24 bytes.
typedef struct { char bytes[64]; } status;

static struct {
  int is_open;
  void *library;
  handle world, byte, real, sum;
  int (*init)(int *, char ***, int, int *);
  int (*finalize)(void);
  int (*rank)(handle, int *);
  int (*size)(handle, int *);
  int (*isend)(const void *, int, handle, int, int, handle, handle *);
  int (*irecv)(void *, int, handle, int, int, handle, handle *);
  int (*test)(handle *, int *, status *);
  int (*allreduce)(const void *, void *, int, handle, handle, handle);
  int (*abort)(handle, int);
} mpi;

static const char *load(void) {
  const char *own = getenv("ANSATZ_MPI"), *names[] = {"libmpi.so.40", "libmpi.so", "libmpi.so.20"};
  if (own) mpi.library = dlopen(own, RTLD_NOW | RTLD_GLOBAL);
  for (int i = 0; i < 3 && !own && !mpi.library; i++)
    mpi.library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
  if (!mpi.library) return "MPI is not installed; on Debian: apt-get install openmpi-bin";
  mpi.world = dlsym(mpi.library, "ompi_mpi_comm_world");
  mpi.byte = dlsym(mpi.library, "ompi_mpi_byte");
  mpi.real = dlsym(mpi.library, "ompi_mpi_double");
  mpi.sum = dlsym(mpi.library, "ompi_mpi_op_sum");
  if (!mpi.world || !mpi.byte || !mpi.real || !mpi.sum)
    return "the MPI that was found is not Open MPI; on Debian: apt-get install openmpi-bin";
  struct { const char *name; void **place; } wanted[] = {
      {"MPI_Init_thread", (void **)&mpi.init},   {"MPI_Finalize", (void **)&mpi.finalize},
      {"MPI_Comm_rank", (void **)&mpi.rank},     {"MPI_Comm_size", (void **)&mpi.size},
      {"MPI_Isend", (void **)&mpi.isend},        {"MPI_Irecv", (void **)&mpi.irecv},
      {"MPI_Test", (void **)&mpi.test},          {"MPI_Allreduce", (void **)&mpi.allreduce},
      {"MPI_Abort", (void **)&mpi.abort},
  };
  for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
    if (!(*wanted[i].place = dlsym(mpi.library, wanted[i].name))) return dlerror();
  return NULL;
}

void ranks_leave(void) {
  if (mpi.is_open) mpi.finalize();
  mpi.is_open = 0;
}

const char *ranks_open(int *rank, int *count) {
  const char *failure = load();
  if (failure) return failure;
  int granted = 0;
  // Cells run on threads of their own, one at a time.
  if (mpi.init(NULL, NULL, thread_multiple, &granted)) return "MPI_Init failed";
  mpi.is_open = 1;
  atexit(ranks_leave);
  if (mpi.rank(mpi.world, rank) || mpi.size(mpi.world, count)) return "MPI does not tell the rank";
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Waits for a request; gives the processor away, since ranks may share one.
static const char *complete(handle *request, double seconds) {
  double end = now() + seconds;
  for (int looks = 0;; looks++) {
    int is_done = 0;
    status unused;
    if (mpi.test(request, &is_done, &unused)) return "MPI_Test failed";
    if (is_done) return NULL;
    if (looks > 200) {
      if (now() > end) return "late";
      usleep(50);
    }
  }
}

const char *ranks_send(const void *bytes, long count, int to) {
  while (count > 0) {
    int part = count > INT_MAX / 2 ? INT_MAX / 2 : (int)count;
    handle request;
    if (mpi.isend(bytes, part, mpi.byte, to, message_tag, mpi.world, &request))
      return "MPI_Isend failed";
    const char *failure = complete(&request, 1e9);
    if (failure) return failure;
    bytes = (const char *)bytes + part;
    count -= part;
  }
  return NULL;
}

const char *ranks_receive(void *bytes, long count, int from, double seconds) {
  while (count > 0) {
    int part = count > INT_MAX / 2 ? INT_MAX / 2 : (int)count;
    handle request;
    if (mpi.irecv(bytes, part, mpi.byte, from, message_tag, mpi.world, &request))
      return "MPI_Irecv failed";
    const char *failure = complete(&request, seconds);
    if (failure) return failure;
    bytes = (char *)bytes + part;
    count -= part;
  }
  return NULL;
}

const char *ranks_allreduce(const double *mine, double *sum, long count) {
  for (long at = 0; at < count;) {
    int part = count - at > INT_MAX / 2 ? INT_MAX / 2 : (int)(count - at);
    if (mpi.allreduce(mine + at, sum + at, part, mpi.real, mpi.sum, mpi.world))
      return "MPI_Allreduce failed";
    at += part;
  }
  return NULL;
}

void ranks_abort(int status) {
  if (mpi.abort) mpi.abort(mpi.world, status);
  exit(status);
}
