func attempt<T>(_ body: () throws -> T) rethrows -> T { try body() }
attempt { 3 } + attempt { 4 }
