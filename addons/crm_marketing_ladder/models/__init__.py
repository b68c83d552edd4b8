# The mixin goes first: pains and differentiators inherit from it.
from . import crm_directorate_mixin  # isort: skip
from . import crm_differentiator, crm_ladder_of_recognition, crm_pain, crm_sales_directorate
