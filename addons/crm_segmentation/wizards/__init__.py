from . import base_partner_merge_type
from . import segment_preview
from . import crm_bulk_change
from . import crm_bulk_change_choice
from . import crm_bulk_undo
