let nested = [[1, 2], [], [3]]
(nested.flatMap { $0 }, ["1", "x"].compactMap(Int.init), nested.map(\.count))
