#ifndef CELL_RUNNER_H
#define CELL_RUNNER_H
#endif
