let point = (1, -1)
switch point {
case (0, 0): print("origin")
case (let x, 0): print("on the x axis at", x)
case let (x, y) where x == -y: print("antidiagonal", x, y)
default: print("elsewhere")
}
