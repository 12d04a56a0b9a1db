@_implementationOnly import _COpenBLAS

/// The LAPACK routines for one type.
///
/// Matrices are stored by columns: a row-major matrix is seen as its transpose.
protocol LAPACKReal: BinaryFloatingPoint {
  typealias P = UnsafeMutablePointer<Self>
  typealias I = UnsafeMutablePointer<Int32>
  static func getrf(_ n: Int32, _ a: P, _ pivots: I) -> Int32
  static func getrs(_ n: Int32, _ columns: Int32, _ a: P, _ pivots: I, _ b: P) -> Int32
  static func potrf(_ n: Int32, _ a: P) -> Int32
  static func geqrf(_ m: Int32, _ n: Int32, _ a: P, _ tau: P) -> Int32
  static func orgqr(_ m: Int32, _ n: Int32, _ k: Int32, _ a: P, _ tau: P) -> Int32
  static func gesdd(_ m: Int32, _ n: Int32, _ a: P, _ s: P, _ u: P, _ vt: P) -> Int32
  static func syevd(_ n: Int32, _ a: P, _ w: P) -> Int32
  static func trtrs(
    _ upper: Bool, _ transposed: Bool, _ n: Int32, _ columns: Int32, _ a: P, _ b: P
  ) -> Int32
}

/// The letter codes that LAPACK takes.
private func letter(_ text: Unicode.Scalar) -> CChar { CChar(text.value) }

extension Float: LAPACKReal {
  static func getrf(_ n: Int32, _ a: P, _ pivots: I) -> Int32 {
    var (order, info) = (n, Int32(0))
    withUnsafePointer(to: &order) { sgetrf_($0, $0, a, $0, pivots, &info) }
    return info
  }
  static func getrs(_ n: Int32, _ columns: Int32, _ a: P, _ pivots: I, _ b: P) -> Int32 {
    var (order, count, info, trans) = (n, columns, Int32(0), letter("N"))
    withUnsafePointer(to: &order) { sgetrs_(&trans, $0, &count, a, $0, pivots, b, $0, &info) }
    return info
  }
  static func potrf(_ n: Int32, _ a: P) -> Int32 {
    var (order, info, uplo) = (n, Int32(0), letter("U"))
    withUnsafePointer(to: &order) { spotrf_(&uplo, $0, a, $0, &info) }
    return info
  }
  static func geqrf(_ m: Int32, _ n: Int32, _ a: P, _ tau: P) -> Int32 {
    var (rows, columns, info) = (m, n, Int32(0))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &rows) { sgeqrf_($0, &columns, a, $0, tau, work, &length, &info) }
      return info
    }
  }
  static func orgqr(_ m: Int32, _ n: Int32, _ k: Int32, _ a: P, _ tau: P) -> Int32 {
    var (rows, columns, count, info) = (m, n, k, Int32(0))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &rows) {
        sorgqr_($0, &columns, &count, a, $0, tau, work, &length, &info)
      }
      return info
    }
  }
  static func gesdd(_ m: Int32, _ n: Int32, _ a: P, _ s: P, _ u: P, _ vt: P) -> Int32 {
    var (rows, columns, k, info, job) = (m, n, min(m, n), Int32(0), letter("S"))
    return integerWorkspace(8 * Int(k)) { integers in
      workspace { work, size in
        var length = size
        withUnsafePointer(to: &rows) { rows in
          withUnsafePointer(to: &k) { k in
            sgesdd_(
              &job, rows, &columns, a, rows, s, u, rows, vt, k, work, &length, integers, &info)
          }
        }
        return info
      }
    }
  }
  static func syevd(_ n: Int32, _ a: P, _ w: P) -> Int32 {
    var (order, info, job, uplo) = (n, Int32(0), letter("V"), letter("L"))
    return integerWorkspace(5 * Int(n) + 3) { integers in
      workspace { work, size in
        var (length, count) = (size, size < 0 ? Int32(-1) : Int32(5 * n + 3))
        withUnsafePointer(to: &order) {
          ssyevd_(&job, &uplo, $0, a, $0, w, work, &length, integers, &count, &info)
        }
        return info
      }
    }
  }
  static func trtrs(
    _ upper: Bool, _ transposed: Bool, _ n: Int32, _ columns: Int32, _ a: P, _ b: P
  ) -> Int32 {
    var (order, count, info) = (n, columns, Int32(0))
    var (uplo, trans, diagonal) = (
      letter(upper ? "U" : "L"), letter(transposed ? "T" : "N"),
      letter("N")
    )
    withUnsafePointer(to: &order) {
      strtrs_(&uplo, &trans, &diagonal, $0, &count, a, $0, b, $0, &info)
    }
    return info
  }
}

extension Double: LAPACKReal {
  static func getrf(_ n: Int32, _ a: P, _ pivots: I) -> Int32 {
    var (order, info) = (n, Int32(0))
    withUnsafePointer(to: &order) { dgetrf_($0, $0, a, $0, pivots, &info) }
    return info
  }
  static func getrs(_ n: Int32, _ columns: Int32, _ a: P, _ pivots: I, _ b: P) -> Int32 {
    var (order, count, info, trans) = (n, columns, Int32(0), letter("N"))
    withUnsafePointer(to: &order) { dgetrs_(&trans, $0, &count, a, $0, pivots, b, $0, &info) }
    return info
  }
  static func potrf(_ n: Int32, _ a: P) -> Int32 {
    var (order, info, uplo) = (n, Int32(0), letter("U"))
    withUnsafePointer(to: &order) { dpotrf_(&uplo, $0, a, $0, &info) }
    return info
  }
  static func geqrf(_ m: Int32, _ n: Int32, _ a: P, _ tau: P) -> Int32 {
    var (rows, columns, info) = (m, n, Int32(0))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &rows) { dgeqrf_($0, &columns, a, $0, tau, work, &length, &info) }
      return info
    }
  }
  static func orgqr(_ m: Int32, _ n: Int32, _ k: Int32, _ a: P, _ tau: P) -> Int32 {
    var (rows, columns, count, info) = (m, n, k, Int32(0))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &rows) {
        dorgqr_($0, &columns, &count, a, $0, tau, work, &length, &info)
      }
      return info
    }
  }
  static func gesdd(_ m: Int32, _ n: Int32, _ a: P, _ s: P, _ u: P, _ vt: P) -> Int32 {
    var (rows, columns, k, info, job) = (m, n, min(m, n), Int32(0), letter("S"))
    return integerWorkspace(8 * Int(k)) { integers in
      workspace { work, size in
        var length = size
        withUnsafePointer(to: &rows) { rows in
          withUnsafePointer(to: &k) { k in
            dgesdd_(
              &job, rows, &columns, a, rows, s, u, rows, vt, k, work, &length, integers, &info)
          }
        }
        return info
      }
    }
  }
  static func syevd(_ n: Int32, _ a: P, _ w: P) -> Int32 {
    var (order, info, job, uplo) = (n, Int32(0), letter("V"), letter("L"))
    return integerWorkspace(5 * Int(n) + 3) { integers in
      workspace { work, size in
        var (length, count) = (size, size < 0 ? Int32(-1) : Int32(5 * n + 3))
        withUnsafePointer(to: &order) {
          dsyevd_(&job, &uplo, $0, a, $0, w, work, &length, integers, &count, &info)
        }
        return info
      }
    }
  }
  static func trtrs(
    _ upper: Bool, _ transposed: Bool, _ n: Int32, _ columns: Int32, _ a: P, _ b: P
  ) -> Int32 {
    var (order, count, info) = (n, columns, Int32(0))
    var (uplo, trans, diagonal) = (
      letter(upper ? "U" : "L"), letter(transposed ? "T" : "N"),
      letter("N")
    )
    withUnsafePointer(to: &order) {
      dtrtrs_(&uplo, &trans, &diagonal, $0, &count, a, $0, b, $0, &info)
    }
    return info
  }
}

/// Asks a routine how much room it wants (size −1), then calls it with that much.
private func workspace<Real: LAPACKReal>(
  _ body: (UnsafeMutablePointer<Real>, Int32) -> Int32
) -> Int32 {
  var wanted = Real.zero
  let info = body(&wanted, -1)
  if info != 0 { return info }
  // Float32 cannot say every integer: a little more than asked for.
  let count = Int(Double(wanted) * 1.0001) + 64
  return withUnsafeTemporaryAllocation(of: Real.self, capacity: count) {
    body($0.baseAddress.unsafelyUnwrapped, Int32(count))
  }
}

private func integerWorkspace(
  _ count: Int, _ body: (UnsafeMutablePointer<Int32>) -> Int32
) -> Int32 {
  withUnsafeTemporaryAllocation(of: Int32.self, capacity: count + 1) {
    body($0.baseAddress.unsafelyUnwrapped)
  }
}
