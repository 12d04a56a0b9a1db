/// Sums of products, written with one letter for each axis.
///
/// ```swift
/// einsum("ij,jk->ik", a, b)    // a·b
/// einsum("ii->", a)            // the trace
/// einsum("bi,bj->bij", x, y)   // a batch of outer products
/// ```
///
/// `...` stands for the axes that are not named, broadcast: `einsum("...ij,...jk->...ik", a, b)`.
///
/// Operands are taken from left to right, two at a time, each step one (batched) product of
/// matrices. Without `->`, letters that occur once are kept, in alphabetical order.
public func einsum(_ formula: String, _ operands: Tensor...) -> Tensor {
  einsum(formula, operands)
}

/// The same for an array of operands.
public func einsum(_ formula: String, _ operands: [Tensor]) -> Tensor {
  if formula.contains("...") { return einsumWithRest(formula, operands) }
  let text = formula.filter { $0 != " " }
  let arrow = text.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
  var left = String(arrow[0])
  if arrow.count == 2 {
    guard left.hasSuffix("-") else { stop("einsum: \(formula); the result comes behind ->") }
    left.removeLast()
  }
  let inputs = left.split(separator: ",", omittingEmptySubsequences: false).map { Array($0) }
  guard inputs.count == operands.count, !operands.isEmpty else {
    stop("einsum: \(formula) has \(inputs.count) operands, \(operands.count) are given")
  }
  var extents: [Character: Int] = [:]
  for (letters, operand) in zip(inputs, operands) {
    guard letters.count == operand.ndim, letters.allSatisfy(\.isLetter) else {
      stop("einsum: \(String(letters)) does not describe shape \(operand.shape)")
    }
    for (letter, n) in zip(letters, operand.shape) {
      guard extents[letter, default: n] == n else {
        stop("einsum: \(letter) is \(extents[letter] ?? 0) and \(n) in \(operands.map(\.shape))")
      }
      extents[letter] = n
    }
  }
  var output: [Character]
  if arrow.count == 2 {
    output = Array(arrow[1])
  } else {
    let all = inputs.flatMap { $0 }
    output = Set(all).filter { letter in all.filter { $0 == letter }.count == 1 }.sorted()
  }
  guard output.allSatisfy({ extents[$0] != nil }), Set(output).count == output.count else {
    stop("einsum: the result of \(formula) repeats a letter or has an unknown one")
  }
  var (letters, result) = withoutRepeats(inputs[0], operands[0])
  for i in 1..<max(1, operands.count) {
    let (next, operand) = withoutRepeats(inputs[i], operands[i])
    let later = Set(inputs[(i + 1)...].flatMap { $0 }).union(output)
    (letters, result) = contracted(letters, result, next, operand, keeping: later)
  }
  let gone = letters.indices.filter { !output.contains(letters[$0]) }
  if !gone.isEmpty { result = result.sum(axes: gone) }
  letters = letters.filter { output.contains($0) }
  let order = output.compactMap { letters.firstIndex(of: $0) }
  return order == Array(letters.indices) ? result : result.transposed(order)
}

/// A letter that occurs twice in one operand selects a diagonal.
private func withoutRepeats(_ letters: [Character], _ x: Tensor) -> ([Character], Tensor) {
  var (names, value) = (letters, x)
  var i = 0
  while i < names.count {
    if let j = names[(i + 1)...].firstIndex(of: names[i]) {
      var order = Array(names.indices)
      order.remove(at: j)
      order.remove(at: i)
      value = value.transposed(order + [i, j]).diagonal()
      names = order.map { names[$0] } + [names[i]]
      i = 0
    } else {
      i += 1
    }
  }
  return (names, value)
}

private func contracted(
  _ lettersA: [Character], _ a: Tensor, _ lettersB: [Character], _ b: Tensor,
  keeping later: Set<Character>
) -> ([Character], Tensor) {
  // Letters of one operand that nobody asks for later are summed at once.
  let lonelyA = lettersA.indices.filter {
    !lettersB.contains(lettersA[$0]) && !later.contains(lettersA[$0])
  }
  let lonelyB = lettersB.indices.filter {
    !lettersA.contains(lettersB[$0]) && !later.contains(lettersB[$0])
  }
  let x = lonelyA.isEmpty ? a : a.sum(axes: lonelyA)
  let y = lonelyB.isEmpty ? b : b.sum(axes: lonelyB)
  let namesA = lettersA.indices.filter { !lonelyA.contains($0) }.map { lettersA[$0] }
  let namesB = lettersB.indices.filter { !lonelyB.contains($0) }.map { lettersB[$0] }
  let batch = namesA.filter { namesB.contains($0) && later.contains($0) }
  let summed = namesA.filter { namesB.contains($0) && !later.contains($0) }
  let freeA = namesA.filter { !namesB.contains($0) }
  let freeB = namesB.filter { !namesA.contains($0) }
  func arranged(_ value: Tensor, _ names: [Character], _ order: [Character]) -> Tensor {
    value.transposed(order.compactMap { names.firstIndex(of: $0) })
  }
  let p = arranged(x, namesA, batch + freeA + summed)
  let q = arranged(y, namesB, batch + summed + freeB)
  let (nb, na) = (batch.count, freeA.count)
  let batchShape = Array(p.shape[..<nb])
  let shapeA = Array(p.shape[nb..<(nb + na)])
  let depth = p.shape[(nb + na)...].reduce(1, *)
  let shapeB = Array(q.shape[(nb + summed.count)...])
  let left = p.reshaped(batchShape + [shapeA.reduce(1, *), depth])
  let right = q.reshaped(batchShape + [depth, shapeB.reduce(1, *)])
  return (batch + freeA + freeB, matmul(left, right).reshaped(batchShape + shapeA + shapeB))
}

/// Names the axes that `...` stands for, and stretches operands to their common extents.
private func einsumWithRest(_ formula: String, _ operands: [Tensor]) -> Tensor {
  let text = formula.filter { $0 != " " }
  let sides = text.components(separatedBy: "->")
  var inputs = sides[0].components(separatedBy: ",")
  guard inputs.count == operands.count, sides.count <= 2 else {
    stop("einsum: \(formula) has \(inputs.count) operands, \(operands.count) are given")
  }
  let counts = zip(inputs, operands).map { input, operand in
    input.contains("...") ? operand.ndim - (input.count - 3) : 0
  }
  guard let most = counts.max(), most <= 12, counts.allSatisfy({ $0 >= 0 }) else {
    stop("einsum: \(formula) does not describe shapes \(operands.map(\.shape))")
  }
  let spare = "αβγδεζηθικλμ".suffix(most)
  var common: [Int] = []
  var values = operands
  let starts = inputs.map { Array($0).firstIndex(of: ".") ?? 0 }
  for (i, operand) in operands.enumerated() where inputs[i].contains("...") {
    let own = Array(operand.shape[starts[i]..<(starts[i] + counts[i])])
    common = broadcastShape(common, own, "einsum")
  }
  for (i, operand) in operands.enumerated() where inputs[i].contains("...") {
    let before = operand.shape[..<starts[i]]
    let after = operand.shape[(starts[i] + counts[i])...]
    values[i] = operand.broadcast(to: before + common.suffix(counts[i]) + after)
    inputs[i] = inputs[i].replacing("...", with: spare.suffix(counts[i]))
  }
  let output: String
  if sides.count == 2 {
    output = sides[1].replacing("...", with: spare)
  } else {
    let named = sides[0].filter(\.isLetter)
    output = String(spare) + named.filter { c in named.filter { $0 == c }.count == 1 }.sorted()
  }
  return einsum(inputs.joined(separator: ",") + "->" + output, values)
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
