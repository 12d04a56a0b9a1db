let word = #/
  \b [a-z]+ # letters
  \b
/#
"one 2 three".matches(of: word).map { String($0.output) }
