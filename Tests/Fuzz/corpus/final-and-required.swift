class Model {
  let name: String
  required init(name: String) { self.name = name }
  class func make() -> Self { Self(name: "made") }
}
final class Special: Model {}
Special.make().name
