let clock = ContinuousClock()
let spent = clock.measure { _ = (0..<100).reduce(0, +) }
spent < .seconds(60)
