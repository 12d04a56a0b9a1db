#ifndef SOURCE_KIT_H
#define SOURCE_KIT_H
#endif
