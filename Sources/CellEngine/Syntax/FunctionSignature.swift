internal import SwiftSyntax

/// All of a function but its body.
struct FunctionSignature {
  let name: String
  /// `f(_:times:)`, as attributes name functions.
  let reference: String
  /// White space folded, comments left out.
  let text: String
  /// Labels and types of the parameters.
  let parameters: String
  let mentions: Set<String>
  /// The call that hands all parameters on, such as `(a, times: &b)`; `nil` when parameters
  /// cannot be handed on (variadic ones).
  let forwarding: String?

  init(_ function: FunctionDeclSyntax) {
    name = function.name.text
    let clause = function.signature.parameterClause
    // Parameters of operators have no labels.
    let labels = clause.parameters.map {
      (isOperator(function.name.text) ? "_" : $0.firstName.text)
    }
    reference = name + "(" + labels.map { $0 + ":" }.joined() + ")"
    text = function.with(\.body, nil).folded
    parameters =
      clause.parameters.map { "\($0.firstName.text): \($0.type.folded)" }.joined(separator: ", ")
      + (function.genericParameterClause.map(\.folded) ?? "")
      + (function.genericWhereClause.map(\.folded) ?? "")
    mentions = function.with(\.body, nil).mentions
    forwarding = FunctionSignature.forwarding(clause)
  }

  private static func forwarding(_ clause: FunctionParameterClauseSyntax) -> String? {
    var arguments: [String] = []
    for parameter in clause.parameters {
      if parameter.ellipsis != nil { return nil }
      let label = parameter.firstName.text
      let name = (parameter.secondName ?? parameter.firstName).text
      // A parameter without a name cannot be handed on.
      if name == "_" { return nil }
      let type = parameter.type.as(AttributedTypeSyntax.self)
      let isInout =
        type?.specifiers.contains { $0.trimmedDescription == "inout" } ?? false
      let isAutoclosure =
        type?.attributes.contains { $0.trimmedDescription == "@autoclosure" } ?? false
      let value = (isInout ? "&" : "") + name + (isAutoclosure ? "()" : "")
      arguments.append(label == "_" ? value : "\(label): \(value)")
    }
    return "(" + arguments.joined(separator: ", ") + ")"
  }
}

extension DeclSyntax {
  var isTypeDeclaration: Bool {
    [.structDecl, .enumDecl, .classDecl, .actorDecl, .typeAliasDecl].contains(kind)
  }
}

/// A method, initialiser, subscript or computed property whose implementation can be exchanged by a later cell.
struct ReplaceableMember {
  let name: String
  let signature: String
  /// What overloads differ in; two members with one key cannot live side by side.
  let key: String

  init?(_ declaration: DeclSyntax) {
    if let method = declaration.as(FunctionDeclSyntax.self) {
      guard method.body != nil, Int(method.name.text) == nil else { return nil }
      name = unquoted(method.name.text)
      let whole = FunctionSignature(method)
      signature = whole.text
      key = "\(method.modifiers.placement)\(name)(\(whole.parameters))"
    } else if let property = declaration.as(VariableDeclSyntax.self) {
      guard property.bindings.count == 1, let binding = property.bindings.first,
        let block = binding.accessorBlock, isComputedBlock(block), binding.initializer == nil,
        let pattern = binding.pattern.as(IdentifierPatternSyntax.self),
        let type = binding.typeAnnotation
      else { return nil }
      name = unquoted(pattern.identifier.text)
      let attributes = property.attributes.folded
      let modifiers = property.modifiers.folded
      signature = "\(attributes) \(modifiers) var \(name) \(type.folded)"
      key = property.modifiers.placement + name
    } else if let initializer = declaration.as(InitializerDeclSyntax.self) {
      guard initializer.body != nil else { return nil }
      name = "init"
      signature = initializer.with(\.body, nil).folded
      key = "init\(initializer.signature.parameterClause.folded)"
    } else if let `subscript` = declaration.as(SubscriptDeclSyntax.self) {
      guard `subscript`.accessorBlock != nil else { return nil }
      name = "subscript"
      signature = `subscript`.with(\.accessorBlock, nil).folded
      key = "\(`subscript`.modifiers.placement)subscript\(`subscript`.parameterClause.folded)"
    } else if declaration.isTypeDeclaration,
      let named = declaration.asProtocol((any NamedDeclSyntax).self)
    {
      name = unquoted(named.name.text)
      signature = declaration.folded
      key = name
    } else {
      return nil
    }
  }
}

extension DeclModifierListSyntax {
  /// Members of the type and of its values may share a name.
  fileprivate var placement: String {
    contains { ["static", "class"].contains($0.name.text) } ? "static " : ""
  }
}
