let result = [3, 1, 2]
  .sorted()
  .map { $0 * 10 }
  .filter { $0 > 10 }
  // a comment between
  .reduce(into: [:]) { $0[$1] = true }
result.count
