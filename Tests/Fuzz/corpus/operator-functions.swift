let operations: [(Int, Int) -> Int] = [(+), (-), (*), (/)]
operations.map { $0(12, 4) }
