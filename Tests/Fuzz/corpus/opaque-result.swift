func evens(upTo n: Int) -> some Sequence<Int> { (0...n).lazy.filter { $0 % 2 == 0 } }
Array(evens(upTo: 8))
