let mixed: [Any] = [1, "two", 3.0, [4]]
mixed.compactMap { $0 as? String } + ["\(mixed[0] is Int)"]
