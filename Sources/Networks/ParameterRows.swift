import Tensors

/// The parameters of a network as rows of numbers: one network as one vector and back, and many
/// networks at once as a matrix.
///
/// ```swift
/// let layout = ParameterRows(MLP([1, 16, 1]))
/// let row = layout.row(network)              // [layout.count]
/// let same = layout.network(row)
/// let rows = hypernetwork(tasks)             // [n, layout.count]
/// layout(rows, inputs)                       // [n, k, 1]: network i on the inputs of task i
/// ```
///
/// Hypernetworks, the tasks of MAML and families of potentials are variables of this form. All of
/// them are applied at once, as batched products, and everything is differentiable in rows and
/// inputs.
public struct ParameterRows<Network: Layer> {
  /// What rows are made of; its values are not used.
  public let template: Network
  /// Name, shape and columns of each parameter.
  public let parts: Parts

  /// The layout of a network like this one.
  public init(_ network: Network) {
    template = network
    parts = Parts(
      network.namedParameters.map { (name: $0.name.isEmpty ? "value" : $0.name, $0.value.shape) })
  }

  /// Numbers in a row.
  public var count: Int { parts.width }

  /// A network's parameters one after another.
  public func row(_ network: Network) -> Tensor {
    concatenate(network.parameters.map { $0.flattened() })
  }

  /// The network with a row's parameters.
  ///
  /// - Shapes: `[count]`.
  public func network(_ row: Tensor) -> Network {
    guard row.shape == [count] else {
      fatalError("ParameterRows: one row of \(count) numbers, not shape \(row.shape)")
    }
    let own = parts(row)
    return template.replacingParameters(parts.all.map { own[$0.name] })
  }

  /// A network whose parameters have an axis of rows in front, for inputs that have one.
  ///
  /// - Shapes: rows `[n, count]`; the network takes `[n, k, …]`.
  public func networks(_ rows: Tensor) -> Network {
    guard rows.ndim == 2, rows.dim(1) == count else {
      fatalError("ParameterRows: rows of \(count) numbers, not shape \(rows.shape)")
    }
    let n = rows.dim(0)
    var values = parts.all.map { part -> Tensor in
      // Vectors stand for every row of their own matrix.
      let shape = Array(repeating: 1, count: Swift.max(0, 2 - part.shape.count)) + part.shape
      return rows[0..., part.columns].reshaped([n] + shape)
    }[...]
    var all = template
    all.updateParameters { (parameter: inout Tensor) in
      parameter = values.removeFirst()
    }
    return all
  }

  /// Network i on the inputs of row i.
  ///
  /// Of layers that act on the last axis by products, sums and element-wise functions: dense ones,
  /// normalizations, activations, a recurrent layer's `step`. Not of convolutions and embeddings.
  ///
  /// - Shapes: rows `[n, count]`, x `[n, k, in]`, or `[k, in]` for all → `[n, k, out]`.
  public func callAsFunction(_ rows: Tensor, _ x: Tensor) -> Tensor {
    guard x.ndim == 2 || (x.ndim == 3 && x.dim(0) == rows.dim(0)) else {
      fatalError(
        "ParameterRows: inputs [\(rows.dim(0)), k, in] or [k, in], not shape \(x.shape)")
    }
    return networks(rows)(x)
  }
}
