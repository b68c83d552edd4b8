from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .usage import check_unused


def host_of(address):
    """Take the host out of an address: ``https://www.example.com/x`` → ``example.com``."""
    address = (address or "").strip()
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return host.removeprefix("www.")


class CrmContentChannel(models.Model):
    """A place where content is published."""

    _name = "crm.content.channel"
    _inherit = "crm.code.mixin"
    _description = "Content Channel"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable name for imports and integrations.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    address = fields.Char(
        help="For example example.com/blog. A publication whose address begins with it belongs to "
        "this channel; subdomains count too.",
    )
    color = fields.Integer()

    _code_uniq = models.UniqueIndex("(lower(code))", "Another channel already has this code.")

    @api.constrains("address")
    def _check_address(self):
        for channel in self.filtered("address"):
            try:
                valid = "." in host_of(channel.address)
            except ValueError:
                valid = False
            if not valid:
                raise ValidationError(
                    self.env._(
                        "“%(address)s” is no address for the channel “%(channel)s”. Write it as "
                        "example.com or example.com/blog.",
                        address=channel.address,
                        channel=channel.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        check_unused(
            self,
            (
                ("crm.content.publication", "channel_id", self.env._("publications")),
                ("crm.communication.goal", "channel_id", self.env._("communication goals")),
            ),
        )

    def _find_by_url(self, url):
        """Find among these channels the one whose address fits best: the longest.

        :param url: address of a publication
        :return: one channel or none
        """
        host, path = host_of(url), urlsplit(url or "").path.rstrip("/") + "/"
        best, best_length = self.browse(), 0
        for channel in self.filtered("address"):
            own = channel.address if "//" in channel.address else f"//{channel.address}"
            own_host = host_of(channel.address)
            own_path = urlsplit(own).path.rstrip("/") + "/"
            same_host = host == own_host or host.endswith(f".{own_host}")
            length = len(own_host) + len(own_path)
            if same_host and path.startswith(own_path) and length > best_length:
                best, best_length = channel, length
        return best
