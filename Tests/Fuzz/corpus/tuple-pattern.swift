let (width, height) = (3, 4)
let ((a, b), c) = ((1, 2), 3)
width * height + a + b + c
