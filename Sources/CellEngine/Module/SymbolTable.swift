import Foundation

/// What the symbols of a cell's object files say about the cell.
struct SymbolTable {
  /// The name of the session's module, that of a script to the compiler.
  static let module = "main"

  private(set) var files: [ObjectFile] = []
  private(set) var renamed: [String: String] = [:]
  /// Symbols that the files define for others.
  private(set) var defined: [String] = []
  /// Functions of earlier cells that are to call those of this one from now on: their keys, and
  /// the new functions.
  private(set) var replacements: [(key: String, function: String)] = []

  init(files: [ObjectFile]) { self.files = files }

  // MARK: Variables

  /// Fills in types and storage of a cell's variables.
  func resolve(_ variables: inout [Variable], in module: SessionModule) {
    var storage: [String: (symbol: String, type: String, isInBuffer: Bool)] = [:]
    let hasBuffers = files.contains { $0.symbols.contains { $0.name == ValueBuffer.allocator } }
    for symbol in files.flatMap(\.symbols)
    where symbol.isDefined && symbol.name.hasPrefix("$s4main") && symbol.name.hasSuffix("vp") {
      guard let text = demangled(symbol.name), let colon = text.firstRange(of: " : ") else {
        continue
      }
      let name = String(text[..<colon.lowerBound])
      guard name.hasPrefix("main."), !name.dropFirst(5).contains(".") else { continue }
      storage[unquoted(String(name.dropFirst(5)))] = (
        symbol.name, String(text[colon.upperBound...]),
        hasBuffers && symbol.size == ValueBuffer.size
      )
    }
    for index in variables.indices {
      guard let found = storage[variables[index].name] else { continue }
      variables[index].storage = found.symbol
      variables[index].isInBuffer = found.isInBuffer
      let own = files.flatMap(\.symbols).lazy.filter(\.isDefined).map(\.name)
      variables[index].type =
        SourceType.text(demangled: found.type, symbol: found.symbol)
        ?? OpaqueTypes.text(
          demangled: found.type, symbol: found.symbol, known: Array(own) + module.symbols)
    }
  }

  /// The types of properties, by paths such as `Outer.Inner.n`.
  func propertyTypes() -> [String: String] {
    var types: [String: String] = [:]
    for symbol in files.flatMap(\.symbols)
    where symbol.isDefined && (symbol.name.hasSuffix("vg") || symbol.name.hasSuffix("vgZ")) {
      guard let text = demangled(symbol.name),
        let match = text.wholeMatch(of: #/(?:static )?main\.(\S+)\.getter : (.+)/#),
        let type = SourceType.text(demangled: String(match.2), symbol: symbol.name)
      else { continue }
      types[TypeVersion.stripped(String(match.1))] = type
    }
    return types
  }

  // MARK: Symbols of several cells

  /// Tells the symbols of what the cell declares anew apart from the older ones, and lets
  /// references find the newest.
  ///
  /// - Parameter shortening: Names of types as they are compiled and as they are shown.
  mutating func separate(
    from module: SessionModule, number: Int, shortening names: [(long: String, short: String)]
  ) {
    let own = Set(
      files.flatMap(\.symbols).filter { $0.isDefined && $0.isStrong }.map(\.name))
    let known = module.symbols
    for name in own where known.contains(name) { renamed[name] = "\(name).\(number)" }
    defined = own.filter { $0.hasPrefix("$s") && !known.contains($0) }.sorted()
    for index in files.indices {
      files[index].replace(ValueBuffer.allocator, byRunners: ValueBuffer.runnersAllocator)
      files[index].openReferences()
      files[index].shorten(strings: names)
      files[index].rename { symbol in
        if let new = renamed[symbol.name] { return new }
        if !symbol.isDefined, let newest = module.newestSymbols[symbol.name] { return newest }
        return nil
      }
    }
    for old in renamed.keys where own.contains("\(old)TX") && known.contains("\(old)TX") {
      // An asynchronous function is called by way of a record that describes it.
      guard let new = renamed["\(old)Tu"] ?? renamed[old] else { continue }
      let key = module.newestSymbols["\(old)TX"] ?? "\(old)TX"
      replacements.append((key, new))
      if key != "\(old)TX" { replacements.append(("\(old)TX", new)) }
    }
  }

  // MARK: Addressors

  /// The functions that give the addresses of earlier cells' variables.
  func addressors(for module: SessionModule) -> [AddressorObject.Function] {
    var functions: [String: AddressorObject.Function] = [:]
    for symbol in files.flatMap(\.symbols)
    where !symbol.isDefined && symbol.name.hasPrefix("$s4main") && symbol.name.hasSuffix("vau") {
      guard let text = demangled(symbol.name),
        let end = text.firstRange(of: ".unsafeMutableAddressor"), text.hasPrefix("main.")
      else { continue }
      var name = unquoted(String(text[..<end.lowerBound].dropFirst(5)))
      for prefix in [Standin.prefix, Standin.olderPrefix] where name.hasPrefix(prefix) {
        name = String(name.dropFirst(prefix.count))
      }
      guard let live = module.variables[name] else { continue }
      let storage = live.variable.storage.map { module.newestSymbols[$0] ?? $0 }
      functions[symbol.name] = .init(
        name: symbol.name, target: storage, isInBuffer: live.variable.isInBuffer)
    }
    return functions.values.sorted { $0.name < $1.name }
  }
}
