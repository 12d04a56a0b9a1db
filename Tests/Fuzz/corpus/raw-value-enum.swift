enum Planet: Int { case mercury = 1, venus, earth }
(Planet(rawValue: 3)!, Planet.venus.rawValue, Planet(rawValue: 9) == nil)
