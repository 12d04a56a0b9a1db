final class Owner { var pet: Pet? }
final class Pet { weak var owner: Owner? }
var owner: Owner? = Owner()
let pet = Pet()
owner!.pet = pet
pet.owner = owner
owner = nil
pet.owner == nil
