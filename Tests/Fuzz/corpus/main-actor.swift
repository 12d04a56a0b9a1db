@MainActor
final class Screen { var title = "main" }
let title = await Screen().title
title
