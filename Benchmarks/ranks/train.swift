// Seconds of a training step: the whole batch in one process, and in blocks that ranks share.
let width = 512
var source = Generator(seed: 1)
let problem = ParametricProblem(dimension: 32, contexts: .normal(dimension: 32)) { y, x in
  square(y - sin(x)).sum(axis: -1)
}
let network = MLP([32, width, width, 32], from: &source)
let blocks = CommandLine.arguments.dropFirst().first.flatMap { Int($0) }
let options = TrainingOptions(batch: 1024, heldOut: 0, blocks: blocks == 0 ? nil : blocks)
var run = TrainingRun(FullyAmortized(network), loss: .objective, options: options)
run.advance(by: 3, on: problem, showsProgress: false)
let clock = ContinuousClock()
var times: [Double] = []
for _ in 0..<15 {
  Ranks.current.wait()
  let took = clock.measure { run.advance(by: 1, on: problem, showsProgress: false) }
  times.append(Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18)
}
print("step", times.sorted()[7], network.parameterCount)
