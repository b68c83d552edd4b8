"""What code of this addon switches on for what it calls."""

from odoo.addons.crm_access.system import Switch

#: Rules are not asked again for what is written.
NO_FOLLOW = Switch("crm_groups_no_follow")
#: The rules are being followed: who enters or leaves sets off no further round of them.
FOLLOWING = Switch("crm_groups_following")
#: An action that fails is noted on its group and stops nothing.
NOTE_ERRORS = Switch("crm_groups_note_errors")
#: Odoo tells people that they were made responsible, by whoever has just given the record away.
ASSIGNING = Switch("crm_groups_assigning")
