from . import crm_bulk_change
from . import crm_bulk_change_choice
from . import crm_bulk_undo
