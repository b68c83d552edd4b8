from . import test_domains
from . import test_filter_names
from . import test_fold_emails
from . import test_fold_names
from . import test_fold_phones
from . import test_fold_tax_ids
from . import test_system_fields
from . import test_currency
