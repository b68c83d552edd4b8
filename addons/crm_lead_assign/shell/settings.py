"""The settings of a run, read once."""

from dataclasses import asdict, dataclass

from odoo.tools import str2bool

PREFIX = "crm_lead_assign."


@dataclass(frozen=True)
class AssignmentSettings:
    """What holds for all teams; see the settings screen for what each means."""

    merge_duplicates: bool = True
    duplicate_phone: bool = False
    duplicate_company: bool = False
    capacity_per_person: bool = False
    carry_over_days: float = 7
    repeat_days: int = 365
    fallback_team: int = 0
    fallback_user: int = 0
    delay_hours: float = 0.0
    batch: int = 2000

    @classmethod
    def load(cls, env):
        """From the system parameters. Cost: none when they are cached."""
        # sudo: parameters are for administrators; these only steer the run.
        get = env["ir.config_parameter"].sudo().get_param

        def boolean(name, default):
            return str2bool(get(PREFIX + name, default=str(default)), default)

        return cls(
            merge_duplicates=not boolean("keep_duplicates", False),
            duplicate_phone=boolean("duplicate_phone", False),
            duplicate_company=boolean("duplicate_company", False),
            capacity_per_person=get(PREFIX + "capacity_scope") == "person",
            carry_over_days=float(get(PREFIX + "carry_over_days") or 7),
            repeat_days=int(get(PREFIX + "repeat_days") or 365),
            fallback_team=int(get(PREFIX + "fallback_team_id") or 0),
            fallback_user=int(get(PREFIX + "fallback_user_id") or 0),
            delay_hours=float(get("crm.assignment.delay") or 0),
            batch=max(int(get("crm.assignment.commit.bundle") or cls.batch), 1),
        )

    def as_dict(self):
        """For the record of the run."""
        return asdict(self)
