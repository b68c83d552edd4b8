from . import test_sale_access
from . import test_reprice
from . import test_shops
from . import test_contact_access
from . import test_order_document
from . import test_invoice_document
