import Testing
import Amortization
