/// How the compiler stores a variable whose type is of a library that may grow: in three words, which
/// hold the value or, where it is larger, its address.
///
/// Only the code beside the variable knows its type and so which of both. The functions that give
/// other cells its address ask the runner, which allocates such values and marks their buffers.
enum ValueBuffer {
  /// In bytes.
  static let size = 24
  /// The compiler's own function for allocating, one in each file.
  static let allocator = "__swift_allocate_value_buffer"
  /// The runner's.
  static let runnersAllocator = "cell_allocate_value_buffer"
  /// The runner's function from a buffer's address to the value's.
  static let projection = "cell_project_value_buffer"
}
