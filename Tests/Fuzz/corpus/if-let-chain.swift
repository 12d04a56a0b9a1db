let first: Int? = 1
let second: Int? = 2
if let first, let second, first < second {
  print(first + second)
} else {
  print("missing")
}
