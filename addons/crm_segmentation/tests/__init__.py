from . import test_crm_type
from . import test_deal_type
from . import test_partner_type
from . import test_performance
from . import test_security
from . import test_type_assign
from . import test_type_bring
from . import test_type_import
from . import test_type_merge
from . import test_type_report
from . import test_type_stage
from . import test_list_field
from . import test_list_field_size
from . import test_crm_type, test_deal_type, test_partner_type, test_performance, test_security
from . import test_segment_filter
from . import test_segment_score
from . import test_segment_security
from . import test_segment_crossing
