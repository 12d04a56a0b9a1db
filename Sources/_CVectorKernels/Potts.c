// Pseudo-likelihoods without one-hot arrays: a letter picks a row of couplings.
//
// For a site, its couplings to the others are some 200 KB, which stay in the second cache: adding
// up one row per neighbour gives the letters' logits. Backward, sequences are taken bucket by
// bucket (those with one letter at one neighbour), so that a row of the gradient is summed in
// registers and written once.
#include "PottsKernels.h"
#include "Functions.h"

enum { BLOCK = 1024, STARTS = 34, GIBBS = 32, TOGETHER = 64 };
vk_int vk_potts_block(void) { return BLOCK; }

typedef struct {
  vk_int n, sites, states;
  const uint8_t *letters;
  const uint16_t *order, *starts;
  const double *weights;
  const void *fields, *couplings;
  void *field_slopes, *coupling_slopes, *higher;
  double half, lambda_fields, lambda_couplings, *site;
  int symmetric, vectors;
} potts_task;

// Position of the pair i < j among all pairs.
INLINE vk_int pair_of(vk_int sites, vk_int i, vk_int j) {
  return i * (2 * sites - i - 1) / 2 + (j - i - 1);
}

#define T float
#define F(NAME) NAME##_potts32
#define LANES 8
#define EXP exp_f32
#include "Potts.inc"
#define T double
#define F(NAME) NAME##_potts64
#define LANES 4
#define EXP exp_f64
#include "Potts.inc"

void vk_potts_buckets(vk_int n, vk_int sites, vk_int states, const uint8_t *letters,
                      uint16_t *order, uint16_t *starts) {
  for (vk_int begin = 0, block = 0; begin < n; begin += BLOCK, block++) {
    vk_int count = n - begin < BLOCK ? n - begin : BLOCK;
    for (vk_int j = 0; j < sites; j++) {
      const uint8_t *column = letters + begin * sites + j;
      uint16_t *at = starts + (block * sites + j) * STARTS, next[STARTS] = {0};
      uint16_t *row = order + (block * sites + j) * BLOCK;
      for (vk_int s = 0; s < STARTS; s++) at[s] = 0;
      for (vk_int k = 0; k < count; k++) at[column[k * sites] + 1]++;
      for (vk_int s = 1; s < STARTS; s++) at[s] = (uint16_t)(at[s] + at[s - 1]);
      for (vk_int s = 0; s <= states; s++) next[s] = at[s];
      for (vk_int k = 0; k < count; k++) row[next[column[k * sites]]++] = (uint16_t)k;
    }
  }
}

double vk_potts_pseudo(int dtype, int symmetric, vk_int n, vk_int sites, vk_int states,
                       const uint8_t *letters, const uint16_t *order, const uint16_t *starts,
                       const double *weights, const void *fields, const void *couplings,
                       double lambdaFields, double lambdaCouplings, void *fieldSlopes,
                       void *couplingSlopes, double *site) {
  if (states < 1 || states > 32) vk_stop("a Potts model of %td states; 1 to 32 are possible", states);
  int lanes = dtype == VK_F32 ? 8 : 4;
  size_t width = dtype == VK_F32 ? 4 : 8;
  vk_int pairs = sites * (sites - 1) / 2;
  size_t bytes = (size_t)pairs * (size_t)(states * states) * width;
  potts_task task = {.n = n, .sites = sites, .states = states, .letters = letters, .order = order,
                     .starts = starts, .weights = weights, .fields = fields,
                     .couplings = couplings, .field_slopes = fieldSlopes,
                     .coupling_slopes = couplingSlopes, .half = symmetric ? 1 : 0.5,
                     .lambda_fields = lambdaFields, .lambda_couplings = lambdaCouplings,
                     .site = site, .symmetric = symmetric,
                     .vectors = (int)((states + lanes - 1) / lanes)};
  int shares = symmetric && fieldSlopes && bytes > 0;
  if (shares) task.higher = vk_scratch(bytes);
  double *penalties = (double *)vk_scratch(sizeof(double) * (size_t)(sites + 1));
  vk_mode mode = vk_flush(VK_FLUSH_ALL);
  vk_parallel(sites, 1, dtype == VK_F32 ? sites_potts32 : sites_potts64, &task);
  task.site = penalties;
  vk_parallel(sites, 4, dtype == VK_F32 ? penalty_potts32 : penalty_potts64, &task);
  vk_restore(mode);
  double value = 0;
  for (vk_int i = 0; i < sites; i++) value += site[i] + penalties[i];
  vk_release(penalties, sizeof(double) * (size_t)(sites + 1));
  if (shares) vk_release(task.higher, bytes);
  return value;
}

typedef struct { vk_int n, sites, least; const uint8_t *letters; int32_t *counts; } neighbours_task;

CLONES static void neighbours_rows(neighbours_task *task, vk_int begin, vk_int end) {
  vk_int sites = task->sites;
  for (vk_int s = begin; s < end; s++) {
    const uint8_t *RESTRICT a = task->letters + s * sites;
    int32_t count = 0;
    for (vk_int t = 0; t < task->n; t++) {
      const uint8_t *RESTRICT b = task->letters + t * sites;
      vk_int same = 0;
      // Runs below 256, so that bytes can count.
      for (vk_int from = 0; from < sites; from += 192) {
        vk_int to = from + 192 < sites ? from + 192 : sites;
        uint8_t run = 0;
        for (vk_int k = from; k < to; k++) run = (uint8_t)(run + (a[k] == b[k]));
        same += run;
      }
      count += same >= task->least || s == t;
    }
    task->counts[s] = count;
  }
}
static void neighbours_body(void *task, vk_int begin, vk_int end) {
  neighbours_rows((neighbours_task *)task, begin, end);
}
void vk_potts_neighbours(vk_int n, vk_int sites, const uint8_t *letters, vk_int least,
                         int32_t *counts) {
  neighbours_task task = {n, sites, least, letters, counts};
  vk_parallel(n, 32, neighbours_body, &task);
}

typedef struct {
  vk_int sites, states, sweeps;
  const float *fields, *full;
  float beta;
  uint64_t *keys;
  uint8_t *letters;
} gibbs_task;

// SplitMix64 (doi:10.1145/2660193.2660195): one stream per chain, whatever thread runs it.
INLINE uint64_t mixed(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// Draws one letter of each of `count` chains, given logits [count, W].
INLINE void draw_letters(gibbs_task *task, vk_int count, int W, float *logits, uint64_t *keys,
                         uint8_t *x) {
  vk_int sites = task->sites, states = task->states;
  for (vk_int k = 0; k < count; k++) {
    float *r = logits + k * W, sums[GIBBS], total = 0, top = r[0];
    for (vk_int a = 1; a < states; a++) top = r[a] > top ? r[a] : top;
    for (int a = 0; a < W; a++) r[a] = exp_f32((r[a] - top) * task->beta);
    for (vk_int a = states; a < W; a++) r[a] = 0;
    for (int a = 0; a < W; a++) sums[a] = total += r[a];
    float draw = (float)(mixed(keys + k) >> 40) * 0x1p-24f * total;
    int chosen = 0;
    for (int a = 0; a < W; a++) chosen += sums[a] <= draw;
    x[k * sites] = (uint8_t)(chosen < states ? chosen : states - 1);
  }
}

// Site by site for all chains of a piece: a site's couplings stay in the second cache, and while one
// chain's sums wait for memory others go on. V vectors a row and G chains at once are constants in
// each branch below, so that sums stay in registers.
INLINE void gibbs_wide(gibbs_task *task, vk_int begin, vk_int end, int V, int G) {
  vk_int sites = task->sites, states = task->states, W = 8 * V;
  float logits[TOGETHER * GIBBS];
  for (vk_int first = begin; first < end; first += TOGETHER) {
    vk_int count = end - first < TOGETHER ? end - first : TOGETHER;
    uint8_t *x = task->letters + first * sites;
    for (vk_int sweep = 0; sweep < task->sweeps; sweep++) {
      for (vk_int i = 0; i < sites; i++) {
        const row_potts32 *field = (const row_potts32 *)(task->fields + i * W);
        for (vk_int k = 0; k < count; k += G) {
          row_potts32 sum[8][4];
          const uint8_t *chain[8];
          for (int g = 0; g < G; g++) {
            chain[g] = x + (k + g < count ? k + g : count - 1) * sites;
            for (int v = 0; v < V; v++) sum[g][v] = field[v];
          }
          const float *at = task->full + i * sites * states * W;
          for (vk_int j = 0; j < sites; j++, at += states * W)
            for (int g = 0; g < G; g++) {
              const row_potts32 *row = (const row_potts32 *)(at + chain[g][j] * W);
              for (int v = 0; v < V; v++) sum[g][v] += row[v];
            }
          for (int g = 0; g < G && k + g < count; g++)
            for (int v = 0; v < V; v++) ((row_potts32 *)(logits + (k + g) * W))[v] = sum[g][v];
        }
        draw_letters(task, count, 8 * V, logits, task->keys + first, x + i);
      }
    }
  }
}
CLONES static void gibbs_chains(gibbs_task *task, vk_int begin, vk_int end) {
  switch ((task->states + 7) / 8) {
    case 1: gibbs_wide(task, begin, end, 1, 8); break;
    case 2: gibbs_wide(task, begin, end, 2, 4); break;
    case 3: gibbs_wide(task, begin, end, 3, 4); break;
    default: gibbs_wide(task, begin, end, 4, 2); break;
  }
}
static void gibbs_body(void *task, vk_int begin, vk_int end) {
  gibbs_chains((gibbs_task *)task, begin, end);
}
void vk_potts_gibbs(vk_int n, vk_int sites, vk_int states, const float *fields, const float *full,
                    double beta, vk_int sweeps, uint64_t *keys, uint8_t *letters) {
  gibbs_task task = {sites, states, sweeps, fields, full, (float)beta, keys, letters};
  vk_parallel(n, TOGETHER, gibbs_body, &task);
}

// Pieces of one size, whose sums are added in order: the same result with any number of threads.
enum { PIECE = 1 << 15 };
typedef struct {
  int dtype;
  vk_int n;
  double alpha, *sums;
  const void *a;
  void *b;
} vector_task;

static void dot_body(void *context, vk_int begin, vk_int end) {
  vector_task *task = (vector_task *)context;
  for (vk_int p = begin; p < end; p++) {
    vk_int from = p * PIECE, count = task->n - from < PIECE ? task->n - from : PIECE;
    task->sums[p] = task->dtype == VK_F32
                        ? dot_potts32(count, (const float *)task->a + from, (const float *)task->b + from)
                        : dot_potts64(count, (const double *)task->a + from, (const double *)task->b + from);
  }
}
static void add_body(void *context, vk_int begin, vk_int end) {
  vector_task *task = (vector_task *)context;
  for (vk_int p = begin; p < end; p++) {
    vk_int from = p * PIECE, count = task->n - from < PIECE ? task->n - from : PIECE;
    if (task->dtype == VK_F32)
      add_potts32(count, (float)task->alpha, (const float *)task->a + from, (float *)task->b + from);
    else
      add_potts64(count, task->alpha, (const double *)task->a + from, (double *)task->b + from);
  }
}

double vk_potts_dot(int dtype, vk_int n, const void *a, const void *b) {
  vk_int pieces = (n + PIECE - 1) / PIECE;
  size_t bytes = sizeof(double) * (size_t)(pieces + 1);
  double *sums = (double *)vk_scratch(bytes), total = 0;
  vector_task task = {.dtype = dtype, .n = n, .sums = sums, .a = a, .b = (void *)b};
  vk_parallel(pieces, 4, dot_body, &task);
  for (vk_int p = 0; p < pieces; p++) total += sums[p];
  vk_release(sums, bytes);
  return total;
}
void vk_potts_add(int dtype, vk_int n, double alpha, const void *a, void *b) {
  vector_task task = {.dtype = dtype, .n = n, .alpha = alpha, .a = a, .b = b};
  vk_parallel((n + PIECE - 1) / PIECE, 4, add_body, &task);
}
