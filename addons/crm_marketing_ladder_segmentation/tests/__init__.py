from . import test_marketing_list
