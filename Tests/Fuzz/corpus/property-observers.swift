struct Tracked {
  var changes: [String] = []
  var value = 0 {
    willSet { changes.append("will \(newValue)") }
    didSet { changes.append("did \(oldValue)") }
  }
}
var tracked = Tracked()
tracked.value = 5
tracked.changes
