// How many processors this process may use: those it is bound to, or fewer where a control group
// limits its time, as containers do. More threads than that only wait for each other.
#define _GNU_SOURCE
#include "include/VectorKernels.h"
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int read_line(const char *folder, const char *name, char *line, int size) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return 0;
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  int found = fgets(line, size, file) != NULL;
  fclose(file);
  return found;
}

// Processors that the limit of one group is worth, rounded up; INT_MAX without one.
static int quota_of(const char *folder) {
  char line[128];
  long quota = -1, period = 0;
  if (read_line(folder, "cpu.max", line, sizeof line)) {
    // "max 100000" or "150000 100000".
    if (sscanf(line, "%ld %ld", &quota, &period) != 2) return INT_MAX;
  } else if (read_line(folder, "cpu.cfs_quota_us", line, sizeof line)) {
    quota = atol(line);
    if (!read_line(folder, "cpu.cfs_period_us", line, sizeof line)) return INT_MAX;
    period = atol(line);
  }
  if (quota <= 0 || period <= 0) return INT_MAX;
  long count = (quota + period - 1) / period;
  return count < 1 ? 1 : count > INT_MAX ? INT_MAX : (int)count;
}

// The least of a group's limits and those of all groups that it is part of.
static int quota_below(const char *mount, const char *group) {
  char folder[PATH_MAX];
  int start = snprintf(folder, sizeof folder, "%s", mount);
  if (snprintf(folder, sizeof folder, "%s%s", mount, group) >= (int)sizeof folder) return INT_MAX;
  int least = INT_MAX;
  for (;;) {
    int own = quota_of(folder);
    if (own < least) least = own;
    char *slash = strrchr(folder, '/');
    if (!slash || slash < folder + start) return least;
    *slash = 0;
  }
}

// Whether a list such as "cpu,cpuacct" names the controller of processor time.
static int names_cpu(const char *list) {
  for (const char *at = list; (at = strstr(at, "cpu")); at += 3) {
    int starts = at == list || at[-1] == ',', ends = at[3] == 0 || at[3] == ',';
    if (starts && ends) return 1;
  }
  return 0;
}

int vk_quota(const char *membership, const char *mount) {
  FILE *file = fopen(membership, "r");
  if (!file) return INT_MAX;
  char line[PATH_MAX + 128], folder[PATH_MAX];
  int least = INT_MAX;
  while (fgets(line, sizeof line, file)) {
    // "0::/group" of version 2, "4:cpu,cpuacct:/group" of version 1.
    line[strcspn(line, "\n")] = 0;
    char *list = strchr(line, ':'), *group = list ? strchr(list + 1, ':') : NULL;
    if (!group) continue;
    *group++ = 0;
    list++;
    if (*list && !names_cpu(list)) continue;
    // Inside of a container its own group is often mounted as the root of the tree.
    const char *places[] = {"", "/unified", "/cpu", "/cpu,cpuacct"};
    for (int i = 0; i < 4; i++) {
      if (snprintf(folder, sizeof folder, "%s%s", mount, places[i]) >= (int)sizeof folder) continue;
      int own = quota_below(folder, strcmp(group, "/") ? group : "");
      if (own < least) least = own;
    }
  }
  fclose(file);
  return least;
}

int vk_processors(void) {
  cpu_set_t set;
  int bound = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                          : (int)sysconf(_SC_NPROCESSORS_ONLN);
  int quota = vk_quota("/proc/self/cgroup", "/sys/fs/cgroup");
  return quota < bound ? quota : bound;
}
