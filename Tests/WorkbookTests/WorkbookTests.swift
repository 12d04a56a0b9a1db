import Testing
import Workbook
