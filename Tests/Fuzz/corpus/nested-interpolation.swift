let xs = [1, 2, 3]
"sum \(xs.map { "<\($0)>" }.joined(separator: "\("+")"))"
