from . import base_partner_merge_type
from . import segment_preview
