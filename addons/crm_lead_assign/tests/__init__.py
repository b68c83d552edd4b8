from . import test_engine
from . import test_hooks
from . import test_native_defects
from . import test_scheduled_assignment
from . import test_security
from . import test_unassigned_reason
from . import test_performance
from . import test_tour_assignment
