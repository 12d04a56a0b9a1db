// Exact optimal transport by the network simplex method.
//
// Why C++: the pivots are those of LEMON (liblemon-dev, Boost licence), a header-only C++ library
// kept for twenty years whose spanning-tree updates are as fast as those of any specialised code
// we measured. The graph it walks is ours and has no arrays: arc (i, j) of a complete bipartite
// graph is the number i·m + j.
//
// Everything is integer. In floating point the method can cycle on the ties of grid costs, and
// masses that differ by rounding make a feasible problem infeasible; the caller scales both.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ns_status { NS_OPTIMAL = 0, NS_INFEASIBLE = 1, NS_NO_MEMORY = 2 };

// Minimizes Σ cost[i, j]·flow[i, j] with row sums `supply` [n] and column sums `demand` [m].
//
// supply, demand: not negative, with one sum.
// cost: [n, m], row-major, any sign; (largest − smallest)·(n + m) must fit 62 bits.
// source, target, flow: room for n + m − 1 positive entries of the plan; *count says how many.
// f, g: a dual solution, f[i] + g[j] <= cost[i, j] with equality where mass flows.
int ns_transport(int32_t n, int32_t m, const int64_t *supply, const int64_t *demand,
                 const int64_t *cost, int32_t *source, int32_t *target, int64_t *flow,
                 int64_t *count, int64_t *f, int64_t *g);

#ifdef __cplusplus
}
#endif
