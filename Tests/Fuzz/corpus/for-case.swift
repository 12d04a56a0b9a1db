let items: [Int?] = [1, nil, 3]
var total = 0
for case let item? in items { total += item }
total
