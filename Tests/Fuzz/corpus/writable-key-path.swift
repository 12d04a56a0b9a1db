struct Settings { var volume = 1, nested = [1, 2, 3] }
var settings = Settings()
let path: WritableKeyPath<Settings, Int> = \.nested[1]
settings[keyPath: path] = 20
settings[keyPath: \.volume] += 4
(settings.volume, settings.nested)
