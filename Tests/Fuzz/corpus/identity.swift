final class Box { var n = 0 }
let one = Box(), same = one, other = Box()
(one === same, one !== other)
