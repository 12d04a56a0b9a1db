func localType() -> String { struct L { var x = 1 }; enum M { case a }; return "\(L()) \(M.a)" }
print(localType())
do { struct InDo { var y = 2 }; let v = InDo(); print(v) }
if true { func local(_ n: Int) -> Int { n + 1 }; print(local(3)) }
let made = { () -> Int in struct S { let n = 5 }; return S().n }()
print(made)
for i in 0..<2 { struct Loop { let i: Int }; print(Loop(i: i)) }
do { struct InDo { var z = "other" }; print(InDo()) }
switch made { case 5: let five = "five"; print(five); default: break }
