from . import relation_merge
from . import crm_relation_add
from . import duplicate_merge
from . import crm_duplicate_merge_sure
