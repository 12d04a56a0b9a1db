func swapped<A, B>(_ pair: (A, B)) -> (B, A) { (pair.1, pair.0) }
swapped((1, "one"))
