// Calls of Linux that the Glibc module does not show to Swift.

#include "Internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

bool cell_pipe(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC) == 0; }

bool cell_close_in_programs(int descriptor) {
  return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

int32_t cell_waiting_bytes(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : 0;
}

enum cell_child_state cell_child_state(int32_t id) {
  siginfo_t information;
  information.si_pid = 0;
  int failed;
  do {
    failed = waitid(P_PID, (id_t)id, &information, WEXITED | WSTOPPED | WNOHANG | WNOWAIT);
  } while (failed && errno == EINTR);
  if (failed) return CELL_CHILD_GONE;
  if (information.si_pid == 0) return CELL_CHILD_RUNS;
  return information.si_code == CLD_STOPPED ? CELL_CHILD_STOPPED : CELL_CHILD_GONE;
}

bool cell_thread_exists(int64_t thread) {
  return syscall(SYS_tgkill, getpid(), (pid_t)thread, 0) == 0 || errno != ESRCH;
}

bool cell_locate(uint64_t address, struct cell_location *location) {
  Dl_info information;
  if (!dladdr((void *)(uintptr_t)address, &information) || !information.dli_fname) return false;
  location->image = information.dli_fname;
  location->symbol = information.dli_sname ? information.dli_sname : "";
  location->offset = address - (uint64_t)(uintptr_t)information.dli_fbase;
  return true;
}

void cell_forget_code(uint64_t low, uint64_t high) {
  uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  low &= ~(page - 1);
  madvise((void *)(uintptr_t)low, high - low, MADV_DONTNEED);
}

bool cell_code_range(const void *address, uint64_t *low, uint64_t *high) {
  Dl_info information;
  struct link_map *map = NULL;
  if (!dladdr1(address, &information, (void **)&map, RTLD_DL_LINKMAP)) return false;
  const char *base = information.dli_fbase;
  const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)base;
  const ElfW(Phdr) *segments = (const ElfW(Phdr) *)(base + header->e_phoff);
  for (int i = 0; i < header->e_phnum; i++) {
    uint64_t start = map->l_addr + segments[i].p_vaddr, end = start + segments[i].p_memsz;
    if (segments[i].p_type != PT_LOAD || !(segments[i].p_flags & PF_X)) continue;
    if ((uint64_t)(uintptr_t)address < start || (uint64_t)(uintptr_t)address >= end) continue;
    *low = start;
    *high = end;
    return true;
  }
  return false;
}
