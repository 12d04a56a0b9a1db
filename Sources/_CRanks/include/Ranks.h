// Messages between the processes of an MPI run. C, since Open MPI's constants are addresses of symbols
// that are found only at run time: the library is loaded when it is asked for, so that neither a build
// nor a user without MPI needs it.
#pragma once

/// Joins the run. Null, or why that was not possible.
const char *ranks_open(int *rank, int *count);

/// Sends bytes to another rank. Null, or what failed.
const char *ranks_send(const void *bytes, long count, int to);

/// Waits for bytes of another rank, `seconds` at the most. Null, "late", or what failed.
const char *ranks_receive(void *bytes, long count, int from, double seconds);

/// MPI's own sum of doubles over all ranks, in whatever order it takes.
const char *ranks_allreduce(const double *mine, double *sum, long count);

/// Leaves the run in good order, if it was joined; a program that returns from `main` does by itself.
void ranks_leave(void);

/// Ends all ranks.
void ranks_abort(int status);
