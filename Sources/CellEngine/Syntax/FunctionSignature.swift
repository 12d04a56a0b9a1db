internal import SwiftSyntax

/// What a function is told apart by from others of its name.
struct FunctionSignature {
  /// `f(_:times:)`, as attributes name functions.
  let reference: String
  /// Labels and types of the parameters; names that callers do not see are left out.
  let parameters: String
  /// What functions of equal parameters may still differ in.
  let result: String

  init(_ function: FunctionDeclSyntax) {
    let clause = function.signature.parameterClause
    let name = function.name.text
    // Parameters of operators have no labels.
    let labels = clause.parameters.map { isOperator(name) ? "_" : $0.firstName.text }
    reference = name + "(" + labels.map { $0 + ":" }.joined() + ")"
    let generics = function.genericParameterClause?.parameters.map { unquoted($0.name.text) } ?? []
    let types = zip(labels, clause.parameters).map { label, parameter in
      "\(label): \(parameter.type.folded)\(parameter.ellipsis == nil ? "" : "...")"
    }
    let fixity = function.modifiers.filter(\.isForOperators).map(\.name.text).joined()
    let requirements =
      (function.genericParameterClause.map(\.folded) ?? "")
      + (function.genericWhereClause.map(\.folded) ?? "")
    let whole = "\(fixity)(\(types.joined(separator: ", ")))\(requirements)"
    // The same function with other names for its generic parameters is the same to callers.
    func numbered(_ text: String) -> String {
      text.split(separator: " ").map { word in
        generics.firstIndex(of: String(word)).map { "$\($0)" } ?? String(word)
      }.joined(separator: " ")
    }
    parameters = numbered(whole)
    let isAsync = function.signature.effectSpecifiers?.asyncSpecifier != nil
    let type = function.signature.returnClause?.type.folded ?? "Void"
    result = (isAsync ? "async " : "") + numbered(["()", "( )"].contains(type) ? "Void" : type)
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
  /// What overloads differ in; two members with one key cannot live side by side.
  let key: String
  /// What methods and subscripts of one key may differ in.
  var result = ""

  init?(_ declaration: DeclSyntax) {
    if let method = declaration.as(FunctionDeclSyntax.self) {
      guard method.body != nil, Int(method.name.text) == nil else { return nil }
      name = unquoted(method.name.text)
      let signature = FunctionSignature(method)
      key = "\(method.modifiers.placement)\(name)(\(signature.parameters))"
      result = signature.result
    } else if let property = declaration.as(VariableDeclSyntax.self) {
      guard property.bindings.count == 1, let binding = property.bindings.first,
        let pattern = binding.pattern.as(IdentifierPatternSyntax.self),
        binding.accessorBlock.map(isComputedBlock) ?? false || !property.modifiers.placement.isEmpty
      else { return nil }
      name = unquoted(pattern.identifier.text)
      key = property.modifiers.placement + name
    } else if let initializer = declaration.as(InitializerDeclSyntax.self) {
      guard initializer.body != nil else { return nil }
      name = "init"
      key = "init\(initializer.signature.parameterClause.folded)"
    } else if let `subscript` = declaration.as(SubscriptDeclSyntax.self) {
      guard `subscript`.accessorBlock != nil else { return nil }
      name = "subscript"
      key = "\(`subscript`.modifiers.placement)subscript\(`subscript`.parameterClause.folded)"
      result = `subscript`.returnClause.type.folded
    } else if declaration.isTypeDeclaration,
      let named = declaration.asProtocol((any NamedDeclSyntax).self)
    {
      name = unquoted(named.name.text)
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
