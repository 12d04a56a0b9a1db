// Exact optimal transport by the network simplex method.
//
// The arcs of a complete bipartite graph have numbers, i·m + j, and no arrays: flows are kept for the
// n + m arcs of the spanning tree, and a search for the arc that enters reads nothing but a row of
// costs and the targets' prices, as vector code.
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
