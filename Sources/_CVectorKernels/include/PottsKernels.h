// The vector kernels of `Potts`: pseudo-likelihood, Gibbs sampling, neighbours in an alignment.
//
// Letters are bytes [n, sites] below `states`; the byte `states` itself is a missing letter, which
// adds nothing to its neighbours' fields and is not predicted. At most 32 states.
#pragma once
#include "VectorKernels.h"

// counts[s] = sequences (s itself included) that agree with s at `least` sites or more.
void vk_potts_neighbours(vk_int n, vk_int sites, const uint8_t *letters, vk_int least,
                         int32_t *counts);

// How sequences are bucketed by letter, in blocks of vk_potts_block() sequences:
// order [blocks, sites, block] and starts [blocks, sites, 34].
vk_int vk_potts_block(void);
void vk_potts_buckets(vk_int n, vk_int sites, vk_int states, const uint8_t *letters,
                      uint16_t *order, uint16_t *starts);

// value = −Σₙ wₙ Σᵢ log p(xᵢ | rest) + λh Σh² + λJ ΣJ², and its gradient.
// Symmetric: couplings are [pairs i < j, letter at i, letter at j]; otherwise [site, other site,
// letter of the other, letter of the site], and λJ counts half, so that both forms agree.
// fieldSlopes and couplingSlopes may be null together: the value alone. site [sites] receives each
// site's sum of −w log p.
double vk_potts_pseudo(int dtype, int symmetric, vk_int n, vk_int sites, vk_int states,
                       const uint8_t *letters, const uint16_t *order, const uint16_t *starts,
                       const double *weights, const void *fields, const void *couplings,
                       double lambdaFields, double lambdaCouplings, void *fieldSlopes,
                       void *couplingSlopes, double *site);

// Sweeps of Gibbs sampling at inverse temperature beta over `n` chains, whose letters are changed
// in place. full: couplings [site, other, letter of the other, W] in float, W the states
// rounded up to eights, zeros beyond; fields [sites, W]. Chain c draws from the stream `keys[c]`, which advances.
void vk_potts_gibbs(vk_int n, vk_int sites, vk_int states, const float *fields, const float *full,
                    double beta, vk_int sweeps, uint64_t *keys, uint8_t *letters);

// Σ a·b in double, and b ← b + α·a.
double vk_potts_dot(int dtype, vk_int n, const void *a, const void *b);
void vk_potts_add(int dtype, vk_int n, double alpha, const void *a, void *b);
