from . import test_money
from . import test_segment_orders
