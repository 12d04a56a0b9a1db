let answer = 42
var greeting = "hello"
greeting += ", world"
greeting.count + answer
