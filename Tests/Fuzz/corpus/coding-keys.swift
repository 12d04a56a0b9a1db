import Foundation
struct User: Codable {
  var fullName: String
  enum CodingKeys: String, CodingKey { case fullName = "full_name" }
}
String(decoding: try JSONEncoder().encode(User(fullName: "Ada L")), as: UTF8.self)
