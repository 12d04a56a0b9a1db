import Display

extension CellCompiler {
  /// What a reader can do about an error whose message does not say so; `nil` for most.
  func hint(for diagnostic: CellDiagnostic, in source: String) -> CellDiagnostic? {
    let text: String? =
      if diagnostic.identifier.hasPrefix("attr_ApplicationMain") {
        CellCompiler.mainHint(source)
      } else if diagnostic.identifier.hasPrefix("actor_isolated")
        || diagnostic.message.contains("main actor-isolated")
      {
        "main-actor code is called with 'await', from a cell's top level or from a function marked "
          + "'async' or '@MainActor'"
      } else {
        CellCompiler.missingName(diagnostic).flatMap { nameHint($0, diagnostic, source) }
          ?? (runtimeNames.contains("Tensor") ? pythonHint(diagnostic, source) : nil)
      }
    return text.map { CellDiagnostic(severity: .note, message: $0, identifier: "hint") }
  }

  /// The name that the compiler did not find.
  private static func missingName(_ diagnostic: CellDiagnostic) -> String? {
    guard diagnostic.identifier.hasPrefix("cannot_find") else { return nil }
    return diagnostic.message.firstMatch(of: /'([^']+)'/).map { String($0.1) }
  }

  private static func mainHint(_ source: String) -> String {
    let type = source.firstMatch(of: /@main[\s\w]*\b(?:struct|class|enum|actor)\s+(\w+)/)?.1
    let call = type.map { "'\($0).main()'" } ?? "its 'main()'"
    return "a cell is a program's top level already: leave '@main' out, and call \(call) in a line"
      + " of its own"
  }

  private func nameHint(_ name: String, _ diagnostic: CellDiagnostic, _ source: String) -> String? {
    if lostNames.contains(name) {
      return "'\(name)' was lost when the session was started anew; run the cell that declares it"
    }
    if CellCompiler.foundationNames.contains(name) {
      let ours = PythonNames.ours(name).map { "; of tensors: \($0)" } ?? ""
      return "'\(name)' is in Foundation: write 'import Foundation' in this cell or an earlier one"
        + (runtimeNames.contains("Tensor") ? ours : "")
    }
    guard let offset = diagnostic.offset, CellCompiler.isShellLike(offset, source) else {
      return nil
    }
    return "there is no program '\(name)' either, which '!' at the start of a line would run"
  }

  /// Whether a name stands behind a `!` that begins its line.
  private static func isShellLike(_ offset: Int, _ source: String) -> Bool {
    let before = String(decoding: source.utf8.prefix(offset), as: UTF8.self)
    let line = before.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
    return line.filter { $0 != " " } == "!"
  }

  /// Names that programs use most of what `import Foundation` brings.
  private static let foundationNames = Set(
    """
    AttributedString Bundle ByteCountFormatter Calendar CharacterSet ComparisonResult Data Date \
    DateComponents DateFormatter DateInterval Decimal Dispatch DispatchGroup DispatchQueue \
    DispatchSemaphore DispatchSource DispatchTime DispatchWorkItem FileHandle FileManager Formatter \
    HTTPURLResponse ISO8601DateFormatter IndexPath IndexSet InputStream JSONDecoder JSONEncoder \
    JSONSerialization Locale LocalizedError Measurement MeasurementFormatter NSArray NSCache \
    NSCalendar NSCondition NSData NSDate NSDictionary NSError NSLock NSLog NSMutableArray \
    NSMutableAttributedString NSMutableData NSMutableDictionary NSMutableString NSNumber NSObject \
    NSPredicate NSRange NSRecursiveLock NSRegularExpression NSSet NSString NSTemporaryDirectory \
    NSHomeDirectory NSUserName NSUUID Notification NotificationCenter NumberFormatter Operation \
    OperationQueue OutputStream Pipe Predicate Process ProcessInfo Progress PropertyListDecoder \
    PropertyListEncoder RunLoop Scanner SortDescriptor Stream Thread TimeInterval TimeZone Timer UUID \
    URL URLComponents URLQueryItem URLRequest URLResponse URLSession UserDefaults CGFloat CGPoint \
    CGRect CGSize Unit UnitLength UnitDuration abort access arc4random atexit atoi chdir clock close \
    drand48 exit fclose fflush fgets fopen fprintf fputs fread fwrite getcwd getenv getpid gettimeofday \
    isatty kill lgamma malloc memcmp memcpy memset mkdir nanosleep open perror pthread_create putenv \
    puts raise rand random realpath remove rename select setenv signal sleep srand srand48 stat stderr \
    stdin stdout strcmp strerror strlen system time time_t tmpfile unlink unsetenv usleep wait write \
    autoreleasepool
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
