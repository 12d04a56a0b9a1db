let values: [Double] = [0, -0.0, .infinity, .nan, .leastNonzeroMagnitude]
values.map { "\($0.isZero) \($0.isNaN) \($0.rounded())" }
