#include "NetworkSimplex.h"

#include <lemon/network_simplex.h>

#include <new>
#include <vector>

namespace {

// A complete bipartite graph from n sources to m targets, in the form that LEMON's algorithms
// take graphs in (its concept `Digraph`), as far as the network simplex asks for it.
class Bipartite {
 public:
  Bipartite(int n, int m) : n(n), m(m) {}

  struct Node {
    int id = -1;
    Node() {}
    Node(lemon::Invalid) {}
    explicit Node(int id) : id(id) {}
    bool operator==(Node o) const { return id == o.id; }
    bool operator!=(Node o) const { return id != o.id; }
    bool operator<(Node o) const { return id < o.id; }
  };
  struct Arc {
    int id = -1;
    Arc() {}
    Arc(lemon::Invalid) {}
    explicit Arc(int id) : id(id) {}
    bool operator==(Arc o) const { return id == o.id; }
    bool operator!=(Arc o) const { return id != o.id; }
    bool operator<(Arc o) const { return id < o.id; }
  };
  struct NodeIt : Node {
    int end = 0;
    NodeIt() {}
    explicit NodeIt(const Bipartite &g) : Node(g.nodeNum() ? 0 : -1), end(g.nodeNum()) {}
    NodeIt &operator++() {
      if (++id == end) id = -1;
      return *this;
    }
  };
  struct ArcIt : Arc {
    int end = 0;
    ArcIt() {}
    explicit ArcIt(const Bipartite &g) : Arc(g.arcNum() ? 0 : -1), end(g.arcNum()) {}
    ArcIt &operator++() {
      if (++id == end) id = -1;
      return *this;
    }
  };
  // The simplex asks for the arcs that leave a target when it looks for a good first basis, and
  // for those of a source when it seeks them the other way; both are runs of numbers.
  struct OutArcIt : Arc {
    int end = 0;
    OutArcIt() {}
    OutArcIt(const Bipartite &g, Node u) {
      if (u.id < g.n && g.m > 0) {
        id = u.id * g.m;
        end = id + g.m;
      }
    }
    OutArcIt &operator++() {
      if (++id == end) id = -1;
      return *this;
    }
  };
  struct InArcIt : Arc {
    int step = 0, end = 0;
    InArcIt() {}
    InArcIt(const Bipartite &g, Node v) : step(g.m), end(g.arcNum()) {
      if (v.id >= g.n && g.n > 0) id = v.id - g.n;
    }
    InArcIt &operator++() {
      if (end - id <= step) id = -1;
      else id += step;
      return *this;
    }
  };

  typedef lemon::True NodeNumTag;
  typedef lemon::True ArcNumTag;
  int nodeNum() const { return n + m; }
  int arcNum() const { return n * m; }
  Node source(Arc a) const { return Node(a.id / m); }
  Node target(Arc a) const { return Node(n + a.id % m); }

  template <class V> struct NodeMap {
    typedef Node Key;
    typedef V Value;
    std::vector<V> values;
    explicit NodeMap(const Bipartite &g) : values(g.nodeNum()) {}
    NodeMap(const Bipartite &g, V v) : values(g.nodeNum(), v) {}
    V operator[](Node u) const { return values[u.id]; }
    typename std::vector<V>::reference operator[](Node u) { return values[u.id]; }
    void set(Node u, V v) { values[u.id] = v; }
  };
  template <class V> struct ArcMap {
    typedef Arc Key;
    typedef V Value;
    std::vector<V> values;
    explicit ArcMap(const Bipartite &g) : values(g.arcNum()) {}
    ArcMap(const Bipartite &g, V v) : values(g.arcNum(), v) {}
    V operator[](Arc a) const { return values[a.id]; }
    typename std::vector<V>::reference operator[](Arc a) { return values[a.id]; }
    void set(Arc a, V v) { values[a.id] = v; }
  };

 private:
  int n, m;
};

// Arrays of the caller, read as LEMON's maps.
struct Costs {
  typedef Bipartite::Arc Key;
  typedef int64_t Value;
  const int64_t *cost;
  int64_t operator[](Key a) const { return cost[a.id]; }
};
struct Supplies {
  typedef Bipartite::Node Key;
  typedef int64_t Value;
  const int64_t *supply, *demand;
  int n;
  int64_t operator[](Key u) const { return u.id < n ? supply[u.id] : -demand[u.id - n]; }
};

}  // namespace

int ns_transport(int32_t n, int32_t m, const int64_t *supply, const int64_t *demand,
                 const int64_t *cost, int32_t *source, int32_t *target, int64_t *flow,
                 int64_t *count, int64_t *f, int64_t *g) try {
  typedef lemon::NetworkSimplex<Bipartite, int64_t, int64_t> Simplex;
  Bipartite graph(n, m);
  Simplex simplex(graph);
  simplex.costMap(Costs{cost}).supplyMap(Supplies{supply, demand, n});
  *count = 0;
  if (simplex.run(Simplex::BLOCK_SEARCH) != Simplex::OPTIMAL) return NS_INFEASIBLE;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++) {
      int64_t x = simplex.flow(Bipartite::Arc(i * m + j));
      if (x == 0) continue;
      source[*count] = i;
      target[*count] = j;
      flow[(*count)++] = x;
    }
  for (int i = 0; i < n; i++) f[i] = -simplex.potential(Bipartite::Node(i));
  for (int j = 0; j < m; j++) g[j] = simplex.potential(Bipartite::Node(n + j));
  return NS_OPTIMAL;
} catch (const std::bad_alloc &) {
  return NS_NO_MEMORY;
}
