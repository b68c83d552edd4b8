from . import test_crm_type, test_deal_type, test_partner_type, test_performance, test_security
from . import test_segment_filter
from . import test_segment_score
from . import test_segment_security
from . import test_segment_crossing
from . import test_segment_tour
from . import test_segment_performance
from . import test_segment_suite
from . import test_segment_faults
from . import test_segment_preview
