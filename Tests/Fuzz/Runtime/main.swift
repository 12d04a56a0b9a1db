// Calls public functions of the runtime with hostile tensors, one case after another, and says on
// standard output which one it is at. The script beside it reads along, judges how a case that
// ended the program ended it, and starts the program again behind that case.
//
//     runtime-fuzz FIRST COUNT SEED

import Foundation
import Tensors

/// A line that is out before anything else happens.
func say(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard arguments.count == 3 else { fatalError("runtime-fuzz FIRST COUNT SEED") }
let (first, count, seed) = (arguments[0], arguments[1], arguments[2])

/// What a call gave, so that two runs of it can be compared; elements' bits, NaN as one.
func written(_ tensors: [Tensor]) -> String {
  tensors.map { x in
    let body =
      x.dtype.isFloating
      ? x.doubles.map { $0.isNaN ? "nan" : String($0.bitPattern) }
      : x.integers.map { String($0) }
    return "\(x.dtype)\(x.shape)" + body.joined(separator: ",")
  }.joined(separator: ";")
}

/// Two calls with fresh memory filled with two patterns: what nobody wrote differs.
func run(_ subject: Subject, _ operands: [Tensor]) {
  var results: [String] = []
  for pattern in [Int32(0x11), 0x7F] {
    setSeed(5)
    poisonNewMemory(pattern)
    do {
      results.append(written(try subject.call(operands)))
    } catch {
      results.append("threw \(error)")
    }
  }
  poisonNewMemory(-1)
  if results[0] != results[1] {
    say("UNWRITTEN \(results[0].prefix(300)) | \(results[1].prefix(300))")
  }
}

let subjects =
  tensorSubjects() + moreTensorSubjects() + linearAlgebraSubjects() + networkSubjects()
  + moreNetworkSubjects() + transportSubjects()
let tensors = HostileTensors.all
for index in 0..<(first + count) {
  // The same cases whatever the first one is.
  var draw = Generator(seed: seed &* 1_000_003 &+ index)
  let subject = subjects[index % subjects.count]
  func pick() -> Tensor { tensors[Int(draw.next() % UInt64(tensors.count))] }
  var operands = (0..<subject.arity).map { _ in pick() }
  // Operands of one shape half of the time: others are mostly refused at once.
  if subject.arity > 1 && draw.next() % 2 == 0 {
    let alike = tensors.filter { $0.shape == operands[0].shape }
    for k in 1..<operands.count { operands[k] = alike[Int(draw.next() % UInt64(alike.count))] }
  }
  if index < first { continue }
  say("CASE \(index) \(subject.name) \(operands.map { "\($0.dtype)\($0.shape)" })")
  run(subject, operands)
}
say("DONE")
