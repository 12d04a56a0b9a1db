let squares = (1...).lazy.map { $0 * $0 }.filter { $0 % 3 == 0 }
Array(squares.prefix(3))
