let (_, second) = ("dropped", "kept")
second
