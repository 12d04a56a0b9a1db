#include "CellRunner.h"
