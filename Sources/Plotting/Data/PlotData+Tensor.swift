import Tensors

/// A tensor is drawn with its shape: one axis is a row of values, two are a matrix, three or four a
/// batch of pictures. Any type and any strides; the tape is left alone.
extension Tensor: PlotData {
  public var plotValues: PlotValues { PlotValues(doubles, shape: shape) }
}
