import re

from lxml import etree

HIDDEN = {"1", "True"}
VIEWS = ("form", "list", "kanban", "search", "hierarchy", "graph", "pivot")


class OfferedCases:
    """What holds for every field that an addon gives to models of Odoo: for tests of others."""

    def _assert_offered_fields_are_shown(self, addon, known=()):
        """*Custom Filter* and *Custom Group* offer what screens show; the rest is technical.

        :param known: ``model.field`` that are offered and shown by no view of the model
        """
        count, odd = 0, set()
        for name, model in self.env.items():
            if model._abstract or model._transient or model._original_module.startswith("crm_"):
                continue
            ours = [
                field.name
                for field in model._fields.values()
                if field._modules and all(module == addon for module in field._modules)
            ]
            if not ours:
                continue
            told, shown = model.fields_get(ours), self._get_shown_fields(name)
            count += len(told)
            odd |= {
                f"{name}.{field}"
                for field, description in told.items()
                if (description["searchable"] or description["groupable"])
                and description["type"] not in ("json", "binary")
                and field not in shown
            }
        self.assertTrue(count)
        self.assertEqual(odd, set(known))

    def _get_shown_fields(self, model):
        """Return the names of the fields that a view shows, or that a filter is about."""
        names = set()
        views = self.env["ir.ui.view"].search([("model", "=", model), ("type", "in", VIEWS)])
        for view in views:
            for node in etree.fromstring(view.arch_db).iter("field", "filter"):
                if node.tag == "filter":
                    told = (node.get("context") or "") + (node.get("domain") or "")
                    names.update(re.findall(r"'(\w+)", told))
                    names.add(node.get("date"))
                elif not {node.get("invisible"), node.get("column_invisible")} & HIDDEN:
                    names.add(node.get("name"))
        return names
