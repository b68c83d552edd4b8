from . import dependencies
from . import rules
