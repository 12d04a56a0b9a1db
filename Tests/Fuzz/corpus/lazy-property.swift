final class Loader {
  lazy var data: [Int] = { print("loading"); return [1, 2, 3] }()
}
let loader = Loader()
loader.data.count + loader.data.count
