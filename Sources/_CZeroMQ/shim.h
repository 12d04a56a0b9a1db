#include <zmq.h>

// Beside the library, what loops around its sockets need and the Glibc module leaves out.
#include <sys/eventfd.h>
#include <sys/prctl.h>

/// Names the calling thread; prctl itself takes a variable number of arguments.
static inline void name_calling_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
