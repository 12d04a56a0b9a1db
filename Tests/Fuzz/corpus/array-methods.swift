let numbers = [5, 3, 8, 1]
let sorted = numbers.sorted(by: >)
(sorted, numbers.min()!, numbers.reduce(0, +), numbers.contains(8))
