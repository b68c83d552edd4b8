from . import crm_ladder_step_move
