import Observation
@Observable class Model { var loss = 1.0; var step = 0 }
let m = Model()
withObservationTracking { _ = m.loss } onChange: { print("changed") }
m.loss = 0.5
class Big: Model { var extra = 2 }
let big = Big()
print(big.loss, big.extra)
extension Model { func reset() { loss = 0 } }
m.reset()
print(m.loss)
