var histogram: [Character: Int] = [:]
for letter in "mississippi" { histogram[letter, default: 0] += 1 }
histogram.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }
