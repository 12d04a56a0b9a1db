import Display
import Foundation
import Glibc

internal import SwiftSyntax

/// Interfaces: a cell's module, written anew without what only its code needs.
///
/// A module names the modules it was compiled against, and whoever imports it loads those too. In
/// a session where each cell uses the one before, cell 300 would load 299 modules, a fifth of a
/// millisecond each. The interface has the same declarations with their inferred types written
/// out and without bodies and initial values, so it needs only the modules that its types name.
extension CellCompiler {
  /// More modules than this behind one import are worth a shorter way.
  private static let longestWay = 8

  /// Replaces a module by its interface if it leads to many others.
  ///
  /// For idle moments: it takes as long as a small cell.
  func shorten(_ module: String) {
    guard reach(of: module).count > CellCompiler.longestWay, let source = sources[module],
      let text = interface(of: ParsedCell(source), module: module)
    else { return }
    let declarations = DeclarationCollector.declarations(of: ParsedCell(text))
    let plan = names.importPlan(for: declarations.withoutDeclarations)
    let before = dependencies[module] ?? []
    let after = Set(plan.compactMap(CellCompiler.importedModule)).subtracting([module])
    guard after.count < before.count || after.isStrictSubset(of: before) else { return }
    let head = (["import CellSupport", "import Ansatz"] + names.imports + plan).joined(
      separator: ";")
    let file = path(module, "interface.swift")
    let result = path(module, "interface.swiftmodule")
    let content = head + ";enum \(module)_ {}\n" + text + "\n"
    guard FileManager.default.createFile(atPath: file, contents: Data(content.utf8)) else { return }
    defer {
      unlink(file)
      unlink(path(module, "interface.o"))
    }
    let arguments =
      ["-c", "-wmo", "-enable-testing"] + commonArguments(module: module) + [
        "-Xfrontend", "-disable-access-control",
        "-Xfrontend", "-enable-implicit-dynamic", "-Xfrontend", "-entry-point-function-name",
        "-Xfrontend", "\(module)_main", "-avoid-emit-module-source-info", "-emit-module",
        "-emit-module-path", result, file, "-o", path(module, "interface.o"),
      ]
    let answer = try? sourceKit.send(
      "compile", [("key.name", .string("interfaces")), ("key.compilerargs", .strings(arguments))])
    guard answer?["key.value"]?.intValue == 0,
      rename(result, path(module, "swiftmodule")) == 0
    else { return }
    dependencies[module] = after
  }

  /// All modules that are loaded with one.
  func reach(of module: String) -> Set<String> {
    var found: Set<String> = []
    var open = [module]
    while let next = open.popLast() {
      for dependency in dependencies[next] ?? [] where found.insert(dependency).inserted {
        open.append(dependency)
      }
    }
    return found
  }

  /// The module in `import func Cell3.f`.
  static func importedModule(_ declaration: String) -> String? {
    guard let last = declaration.split(separator: " ").last else { return nil }
    return last.split(separator: ".").first.map(String.init)
  }

  // MARK: Text

  /// The declarations of a cell with types instead of values; `nil` for a cell with declarations
  /// that cannot be written so.
  private func interface(of cell: ParsedCell, module: String) -> String? {
    guard !cell.tree.hasError else { return nil }
    let types = variableTypes(module: module)
    var lines: [String] = []
    for item in cell.items {
      guard case .decl(let declaration) = item.item else { continue }
      if let variable = declaration.as(VariableDeclSyntax.self) {
        guard let text = interface(of: variable, types: types) else { return nil }
        lines.append(text)
      } else if let function = declaration.as(FunctionDeclSyntax.self) {
        guard !function.signature.folded.contains("some ") else { return nil }
        lines.append(function.with(\.body, nil).folded + " { _cellAbsent() }")
      } else if declaration.is(TypeAliasDeclSyntax.self) {
        lines.append(declaration.folded)
      } else if let structure = declaration.as(StructDeclSyntax.self),
        structure.attributes.isEmpty, structure.inheritanceClause == nil,
        structure.memberBlock.members.allSatisfy({ isPlainStored($0.decl) })
      {
        lines.append(declaration.trimmedDescription)
      } else if !declaration.is(ImportDeclSyntax.self) {
        return nil
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A stored property whose type and initial value name nothing of other cells.
  private func isPlainStored(_ declaration: DeclSyntax) -> Bool {
    guard let variable = declaration.as(VariableDeclSyntax.self), variable.attributes.isEmpty else {
      return false
    }
    return variable.bindings.allSatisfy { $0.accessorBlock == nil }
  }

  private func interface(of variable: VariableDeclSyntax, types: [String: String]) -> String? {
    guard variable.attributes.isEmpty, variable.modifiers.isEmpty,
      variable.bindings.allSatisfy({ $0.accessorBlock == nil })
    else { return nil }
    var lines: [String] = []
    for name in variable.bindings.flatMap({ boundNames(of: $0.pattern) }) {
      guard let type = types[name], !type.contains("some "), !type.contains("_") else { return nil }
      let keyword = variable.bindingSpecifier.text
      lines.append("\(keyword) \(quoted(name)): \(type) = _cellAbsent()")
    }
    return lines.joined(separator: "\n")
  }

  /// The types that the compiler inferred for the cell's variables.
  private func variableTypes(module: String) -> [String: String] {
    let file = path(module, "swift")
    guard let text = FileManager.default.contents(atPath: file).map({ [UInt8]($0) }),
      let answer = try? sourceKit.send(
        "variable.type",
        [
          ("key.sourcefile", .string(file)),
          ("key.compilerargs", .strings(commonArguments(module: module) + [file])),
        ])
    else { return [:] }
    var types: [String: String] = [:]
    for entry in answer["key.variable_type_list"]?.arrayValue ?? [] {
      guard let start = entry["key.variable_offset"]?.intValue,
        let length = entry["key.variable_length"]?.intValue, start + length <= text.count,
        let type = entry["key.variable_type"]?.stringValue
      else { continue }
      let name = unquoted(String(decoding: text[start..<start + length], as: UTF8.self))
      // A local variable of the same name makes it unclear which is meant.
      if let other = types[name], other != type { types[name] = "_" } else { types[name] = type }
    }
    return types
  }
}

extension CellDeclarations {
  /// The same mentions, nothing declared: every mentioned name is to be imported.
  fileprivate var withoutDeclarations: CellDeclarations {
    var result = CellDeclarations()
    // What the text declares itself is not another cell's.
    result.mentions = mentions.subtracting(declarations.map(\.name))
    return result
  }
}
