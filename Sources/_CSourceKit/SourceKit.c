#include "SourceKit.h"
