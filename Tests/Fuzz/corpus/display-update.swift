display("first", id: "box")
updateDisplay("second", id: "box")
clearOutput(wait: true)
