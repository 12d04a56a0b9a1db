typealias Pair<T> = (T, T)
typealias Handler = (Int) -> Void
let pair: Pair<Int> = (1, 2)
let handler: Handler = { print($0) }
handler(pair.0 + pair.1)
