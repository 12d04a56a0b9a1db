func payload(_ result: Result<Int, any Error>) -> Int {
  guard case .success(let value) = result else { return 0 }
  return value
}
payload(.success(9))
