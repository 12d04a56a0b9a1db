let line = "key = value"
let entry = line.wholeMatch(of: /(?<name>\w+)\s*=\s*(?<content>.+)/)
entry.map { "\($0.name):\($0.content)" }
