let value = 1
do {
  let value = "inner"
  print(value)
}
value
