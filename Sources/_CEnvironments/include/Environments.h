// Steps of environments whose arithmetic is worth the CPU's widest vectors.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// One step of Acrobot-v1 for each of n rows, in place: states (θ₁, θ₂, θ̇₁, θ̇₂) one after another,
// actions 0, 1 or 2. A row's bits depend neither on n nor on the CPU.
void ce_acrobot(
    int64_t n, float *state, const float *action, float *reward, bool *ended);
