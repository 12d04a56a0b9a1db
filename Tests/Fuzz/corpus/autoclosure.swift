func unless(_ condition: Bool, _ value: @autoclosure () -> Int) -> Int { condition ? 0 : value() }
unless(false, 1 + 2)
