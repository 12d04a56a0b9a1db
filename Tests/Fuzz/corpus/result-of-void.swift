func nothing() {}
nothing()
