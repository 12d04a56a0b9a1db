protocol Source<Element> {
  associatedtype Element
  func take() -> Element
}
struct Ones: Source { func take() -> Int { 1 } }
let source: any Source<Int> = Ones()
source.take() + 1
