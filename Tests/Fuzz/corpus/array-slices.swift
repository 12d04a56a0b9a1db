var values = Array(0..<10)
values[2..<5] = [20, 30]
values.removeAll { $0 % 2 == 1 }
values[1...]
