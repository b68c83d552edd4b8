from . import test_marketing_list
from . import test_type_gives_away
