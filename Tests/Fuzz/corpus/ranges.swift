let range = 3..<7
(range.contains(5), (1...3).reversed().map { $0 }, range.clamped(to: 5..<9), "a"..."f" ~= "c")
