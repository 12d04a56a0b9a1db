struct Address: Codable, Equatable { var street: String; var zip: Int? }
struct User: Codable { var id: Int; var tags: [String]; var home: Address; enum CodingKeys: String, CodingKey { case id = "user_id", tags, home } }
let u = User(id: 1, tags: ["x"], home: Address(street: "Main", zip: nil))
let encoder = JSONEncoder()
encoder.outputFormatting = .sortedKeys
let text = String(decoding: try encoder.encode(u), as: UTF8.self)
print(text)
let back = try JSONDecoder().decode(User.self, from: Data(text.utf8))
print(back.home == u.home, back.id)
enum Kind: String, Codable { case a, b }
print(String(decoding: try encoder.encode([Kind.a, .b]), as: UTF8.self))
do { _ = try JSONDecoder().decode(User.self, from: Data("{}".utf8)) } catch { print("no") }
