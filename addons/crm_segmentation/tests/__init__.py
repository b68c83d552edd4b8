from . import test_crm_type, test_deal_type, test_partner_type, test_performance, test_security
from . import test_bulk_operation
from . import test_bulk_kinds
from . import test_bulk_security
from . import test_bulk_input
from . import test_bulk_cron
from . import test_bulk_tour
from . import test_bulk_wizard
from . import test_bulk_performance
