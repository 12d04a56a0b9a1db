struct Key: Hashable { var row: Int, column: Int }
var grid: [Key: String] = [:]
grid[Key(row: 0, column: 1)] = "x"
grid[Key(row: 0, column: 1)] ?? "?"
