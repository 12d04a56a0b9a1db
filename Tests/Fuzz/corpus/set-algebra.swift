let odds: Set = [1, 3, 5]
let primes: Set = [2, 3, 5]
odds.intersection(primes).union([7]).sorted()
