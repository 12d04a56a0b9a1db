let halves = sequence(first: 64) { $0 > 1 ? $0 / 2 : nil }
Array(halves)
