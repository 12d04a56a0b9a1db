struct Stop: Error { var code: Int }
let shouldStop = false
if shouldStop { throw Stop(code: 1) }
"went on"
