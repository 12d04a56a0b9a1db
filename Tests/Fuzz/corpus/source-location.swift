#sourceLocation(file: "made-up.swift", line: 100)
let line = #line
#sourceLocation()
line
