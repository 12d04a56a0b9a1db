struct Secret: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: ["shown": 1]) }
}
Mirror(reflecting: Secret()).children.map { $0.label ?? "" }
