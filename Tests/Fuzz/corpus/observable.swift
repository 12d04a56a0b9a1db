import Observation
@Observable
final class Counter { var n = 0 }
let counter = Counter()
withObservationTracking { _ = counter.n } onChange: { print("changes") }
counter.n = 5
counter.n
