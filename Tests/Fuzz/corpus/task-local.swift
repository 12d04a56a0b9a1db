enum Context { @TaskLocal static var name = "none" }
let inside = Context.$name.withValue("bound") { Context.name }
[Context.name, inside]
