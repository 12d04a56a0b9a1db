#include "NetworkSimplex.h"

#include <math.h>
#include <stdlib.h>

#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__)
#define CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

// A spanning tree of the sources 0..<n, the targets n..<n + m and a root, n + m. Arrays have an
// element for each node: paths are climbed by two of them, which stay in the first cache.
typedef struct {
  int32_t n, m;
  int32_t block, row, column;              // how far a search looks, where the next begins
  int32_t *parent, *size;                  // size: nodes from this one on down
  int32_t *child, *next, *previous;        // first child, neighbours; −1 stands for none
  int32_t *stack;                          // of a walk
  int8_t *up;                              // whether the arc leads to the parent
  int64_t *flow;                           // on the arc to the parent
  int64_t *price;                          // cost[i, j] + price[i] − price[n + j] is 0 in the tree
  const int64_t *cost;
} ns_tree;

// The smallest cost[j] − price[j].
CLONES static int64_t smallest(const int64_t *restrict cost, const int64_t *restrict price,
                               int32_t count) {
  int64_t least = INT64_MAX;
  for (int32_t j = 0; j < count; j++) {
    int64_t c = cost[j] - price[j];
    least = c < least ? c : least;
  }
  return least;
}

static void detach(ns_tree *tree, int32_t u) {
  int32_t next = tree->next[u], previous = tree->previous[u];
  if (previous >= 0) tree->next[previous] = next;
  else tree->child[tree->parent[u]] = next;
  if (next >= 0) tree->previous[next] = previous;
}

static void attach(ns_tree *tree, int32_t u, int32_t parent) {
  int32_t next = tree->child[parent];
  tree->parent[u] = parent;
  tree->next[u] = next;
  tree->previous[u] = -1;
  if (next >= 0) tree->previous[next] = u;
  tree->child[parent] = u;
}

// Hangs the tree below `out`, which loses its arc, by its node `in` under `above`.
static void turn(ns_tree *tree, int32_t in, int32_t out, int32_t above, int8_t up, int64_t flow) {
  int32_t whole = tree->size[out], below = 0;
  for (int32_t u = in;;) {
    int32_t old_parent = tree->parent[u], old_size = tree->size[u];
    int64_t old_flow = tree->flow[u];
    int8_t old_up = tree->up[u];
    detach(tree, u);
    attach(tree, u, above);
    tree->flow[u] = flow;
    tree->up[u] = up;
    tree->size[u] = whole - below;
    if (u == out) return;
    // The next one's arc is the one that led here, seen from its other end.
    flow = old_flow;
    up = !old_up;
    below = old_size;
    above = u;
    u = old_parent;
  }
}

static void add_below(ns_tree *tree, int32_t top, int64_t shift) {
  int32_t depth = 0, *stack = tree->stack, *next = tree->next;
  stack[depth++] = top;
  while (depth > 0) {
    int32_t u = stack[--depth];
    tree->price[u] += shift;
    for (int32_t c = tree->child[u]; c >= 0; c = next[c]) stack[depth++] = c;
  }
}

// Lets the arc (source, target) into the tree, whose reduced cost is negative.
static void pivot(ns_tree *tree, int32_t source, int32_t target, int64_t reduced) {
  const int32_t *parent = tree->parent;
  const int8_t *up = tree->up;
  int32_t *size = tree->size;
  int64_t *flow = tree->flow;
  int32_t join = source, other = target, out = -1;
  int8_t of_source = 0;
  while (join != other) {
    if (size[join] < size[other]) join = parent[join];
    else other = parent[other];
  }
  // Of the arcs that empty first, the last one along the cycle from its top leaves: every arc
  // without flow then points up, and the method cannot cycle (Cunningham, Mathematical Programming 11, 1976).
  int64_t delta = INT64_MAX;
  for (int32_t u = source; u != join; u = parent[u])
    if (up[u] && flow[u] < delta) {
      delta = flow[u];
      out = u;
      of_source = 1;
    }
  for (int32_t u = target; u != join; u = parent[u])
    if (!up[u] && flow[u] <= delta) {
      delta = flow[u];
      out = u;
      of_source = 0;
    }
  if (delta > 0) {
    for (int32_t u = source; u != join; u = parent[u]) flow[u] += up[u] ? -delta : delta;
    for (int32_t u = target; u != join; u = parent[u]) flow[u] += up[u] ? delta : -delta;
  }
  int32_t in = of_source ? source : target, above = of_source ? target : source;
  int32_t moved = size[out];
  for (int32_t u = parent[out]; u != join; u = parent[u]) size[u] -= moved;
  for (int32_t u = above; u != join; u = parent[u]) size[u] += moved;
  turn(tree, in, out, above, of_source, delta);
  add_below(tree, in, of_source ? -reduced : reduced);
}

// Finds the arc with the smallest reduced cost of the next block that has a negative one, and
// lets it in; false where no arc has one.
static int improve(ns_tree *tree) {
  const int32_t m = tree->m;
  const int64_t *price = tree->price + tree->n;
  int32_t i = tree->row, j = tree->column, left = tree->block;
  int32_t row = 0, from = 0;
  int64_t best = 0;
  for (int64_t rest = (int64_t)tree->n * m; rest > 0;) {
    int32_t count = m - j < left ? m - j : left;
    const int64_t *cost = tree->cost + (int64_t)i * m;
    int64_t least = smallest(cost + j, price + j, count) + tree->price[i];
    if (least < best) {
      best = least;
      row = i;
      from = j;
    }
    rest -= count;
    left -= count;
    j += count;
    if (j == m) {
      j = 0;
      if (++i == tree->n) i = 0;
    }
    if (left == 0) {
      if (best < 0) break;
      left = tree->block;
    }
  }
  tree->row = i;
  tree->column = j;
  if (best == 0) return 0;
  const int64_t *cost = tree->cost + (int64_t)row * m;
  while (cost[from] - price[from] + tree->price[row] != best) from++;
  pivot(tree, row, tree->n + from, best);
  return 1;
}

// Every node hangs at the root; no plan keeps an arc from there, which costs more than all others.
static void begin(ns_tree *tree, const int64_t *supply, const int64_t *demand) {
  const int64_t dear = INT64_MAX / 2 + 1;
  int32_t root = tree->n + tree->m;
  for (int32_t u = 0; u <= root; u++) tree->child[u] = -1;
  tree->parent[root] = -1;
  tree->size[root] = root + 1;
  tree->price[root] = 0;
  for (int32_t u = root - 1; u >= 0; u--) {
    int64_t flow = u < tree->n ? supply[u] : -demand[u - tree->n];
    attach(tree, u, root);
    tree->size[u] = 1;
    tree->up[u] = flow >= 0;
    tree->flow[u] = flow >= 0 ? flow : -flow;
    tree->price[u] = flow >= 0 ? 0 : dear;
  }
}

// Of every column the smallest cost yet, and its row.
CLONES static void note_cheaper(int32_t m, const int64_t *restrict cost, int32_t row,
                                int64_t *restrict least, int32_t *restrict source) {
  for (int32_t j = 0; j < m; j++) {
    int is_less = cost[j] < least[j];
    least[j] = is_less ? cost[j] : least[j];
    source[j] = is_less ? row : source[j];
  }
}

// First pivots: the cheapest arc of every target.
static int take_cheapest(ns_tree *tree) {
  int64_t *least = malloc((size_t)tree->m * sizeof *least);
  int32_t *source = malloc((size_t)tree->m * sizeof *source);
  if (least && source) {
    for (int32_t j = 0; j < tree->m; j++) least[j] = INT64_MAX;
    for (int32_t i = 0; i < tree->n; i++)
      note_cheaper(tree->m, tree->cost + (int64_t)i * tree->m, i, least, source);
    for (int32_t j = 0; j < tree->m; j++) {
      int32_t target = tree->n + j;
      int64_t reduced = least[j] + tree->price[source[j]] - tree->price[target];
      if (reduced < 0) pivot(tree, source[j], target, reduced);
    }
  }
  int done = least && source;
  free(least);
  free(source);
  return done;
}

int ns_transport(int32_t n, int32_t m, const int64_t *supply, const int64_t *demand,
                 const int64_t *cost, int32_t *source, int32_t *target, int64_t *flow,
                 int64_t *count, int64_t *f, int64_t *g) {
  size_t nodes = (size_t)n + (size_t)m + 1;
  double block = sqrt((double)n * m);
  int32_t *links = malloc(6 * nodes * sizeof *links);
  int64_t *numbers = malloc(2 * nodes * sizeof *numbers);
  ns_tree tree = {.n = n, .m = m, .block = block < 10 ? 10 : (int32_t)block, .cost = cost,
                  .up = malloc(nodes)};
  int status = NS_NO_MEMORY;
  *count = 0;
  if (links && numbers && tree.up) {
    int32_t **lists[] = {&tree.parent, &tree.size,     &tree.child,
                         &tree.next,   &tree.previous, &tree.stack};
    for (size_t k = 0; k < 6; k++) *lists[k] = links + k * nodes;
    tree.flow = numbers;
    tree.price = numbers + nodes;
    begin(&tree, supply, demand);
    if (take_cheapest(&tree)) {
      while (improve(&tree)) {
      }
      status = NS_OPTIMAL;
    }
  }
  for (int32_t u = 0; status == NS_OPTIMAL && u < n + m; u++) {
    int32_t parent = tree.parent[u];
    if (tree.flow[u] == 0) continue;
    if (parent == n + m) {
      status = NS_INFEASIBLE;
      break;
    }
    source[*count] = u < n ? u : parent;
    target[*count] = (u < n ? parent : u) - n;
    flow[(*count)++] = tree.flow[u];
  }
  if (status == NS_OPTIMAL) {
    for (int32_t i = 0; i < n; i++) f[i] = -tree.price[i];
    for (int32_t j = 0; j < m; j++) g[j] = tree.price[n + j];
  }
  free(links);
  free(numbers);
  free(tree.up);
  return status;
}
