from . import test_segment_orders
