/// The text a notebook shows for `value`.
public func plainText<Value>(of value: Value) -> String {
  if let string = value as? String { return string.debugDescription }
  return String(describing: value)
}
