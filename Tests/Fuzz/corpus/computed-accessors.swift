struct Celsius {
  var degrees = 20.0
  var fahrenheit: Double {
    get { degrees * 9 / 5 + 32 }
    set { degrees = (newValue - 32) * 5 / 9 }
  }
}
var celsius = Celsius()
celsius.fahrenheit = 212
celsius.degrees
