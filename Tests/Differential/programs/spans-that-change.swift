var arr = [1, 2, 3]
func add(_ m: inout MutableSpan<Int>, _ n: Int = 1) { for i in m.indices { m[i] += n } }
do { var m = arr.mutableSpan; add(&m); m.swapAt(0, 1) }
print(arr)
for k in 0..<2 { var m = arr.mutableSpan; m[k] = k * 100 }
print(arr)
let count = { var m = arr.mutableSpan; m[0] += 1; return m.count }()
print(count, arr)
if arr[0] > 0 { let n = arr.count; var m = arr.mutableSpan; add(&m, n) }
print(arr)
struct Grid { var cells: [Double]; let width: Int }
var grid = Grid(cells: [1, 2, 3, 4], width: 2)
do { var m = grid.cells.mutableSpan; for i in m.indices { m[i] *= 2 } }
print(grid.cells, grid.cells.span[3])
struct Bad: Error {}
func check(_ m: inout MutableSpan<Double>) throws { m[0] = -1; throw Bad() }
do { var m = grid.cells.mutableSpan; try check(&m) } catch { print("bad", grid.cells[0]) }
var inl: InlineArray<3, Int> = [7, 8, 9]
do { var m = inl.mutableSpan; m[1] = 0 }
print(inl[0], inl[1])
print(#column, #line > 0); let column = #column
print("c", #column, column)
func whereAmI(_ column: Int = #column) -> Int { column }
let indented = whereAmI()
print(indented, [#column, #column])
