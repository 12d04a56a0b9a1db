import Glibc

internal import _CCellRunner

/// Starting other programs.
enum Subprocess {
  /// Runs a program to its end; returns its exit status and what it wrote.
  static func run(_ arguments: [String]) -> (status: Int32, output: String) {
    var ends: [Int32] = [0, 0]
    guard cell_pipe(&ends) else { return (-1, "no pipe") }
    guard let id = spawn(arguments, descriptors: [1: ends[1], 2: ends[1]]) else {
      close(ends[0])
      close(ends[1])
      return (-1, "cannot run \(arguments[0])")
    }
    close(ends[1])
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      output += buffer[0..<count]
    }
    close(ends[0])
    return (wait(for: id), String(decoding: output, as: UTF8.self))
  }

  /// Starts a program in a process group of its own.
  ///
  /// - Parameter descriptors: What the program finds under each descriptor; it inherits nothing
  ///   else, and nothing on standard input unless given.
  static func spawn(
    _ arguments: [String], descriptors: [Int32: Int32], environment: [String]? = nil
  )
    -> pid_t?
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if descriptors[0] == nil {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    for (target, source) in descriptors.sorted(by: { $0.key < $1.key }) {
      posix_spawn_file_actions_adddup2(&actions, source, target)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGPIPE, SIGTERM] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var id = pid_t()
    let words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let variables = (environment ?? currentEnvironment()).map { strdup($0) } + [nil]
    defer { for variable in variables { free(variable) } }
    let failed = posix_spawnp(&id, arguments[0], &actions, &attributes, words, variables)
    return failed == 0 ? id : nil
  }

  /// Waits for a process; returns its exit status, or minus the signal that ended it.
  static func wait(for id: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 { if errno != EINTR { return -1 } }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }
}
