from . import test_domains
from . import test_filter_names
from . import test_system_fields
from . import test_currency
