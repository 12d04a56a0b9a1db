func run(first: () -> Int, then second: (Int) -> Int) -> Int { second(first()) }
run { 4 } then: { $0 + 1 }
