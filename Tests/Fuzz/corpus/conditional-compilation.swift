#if os(Linux)
let system = "linux"
#elseif os(macOS)
let system = "mac"
#else
let system = "other"
#endif
#if compiler(>=6.0) && !DEBUG_OFF
print(system.count > 0)
#endif
