from odoo.tests import Form


class ReadonlyCases:
    """What holds for every record that one may read and not change: for tests of other addons."""

    def _assert_form_says_why(self, record, view, reader, writer, said):
        """No field of the form is left open to the reader, and he is told why; a writer edits it.

        :param said: regular expression
        """
        self.env.flush_all()
        self.env.invalidate_all()
        mine = record.with_user(reader)
        self.assertTrue(mine.has_access("read") and not mine.has_access("write"))
        self.assertRegex(mine.readonly_reason, said)
        self.assertFalse(record.with_user(writer).readonly_reason)
        self.assertFalse(record.sudo().readonly_reason)
        form, edited = Form(mine, view=view), Form(record.with_user(writer), view=view)
        self.assertEqual(self._get_open_fields(form), set())
        self.assertTrue(self._get_open_fields(edited))
        tree = form._view["tree"]
        alert = tree.xpath("//div[field[@name='readonly_reason']][not(ancestor::field)]")
        self.assertEqual(len(alert), 1)

    def _get_open_fields(self, form):
        names = {
            node.get("name") for node in form._view["tree"].xpath("//field[not(ancestor::field)]")
        }
        return {name for name in names - {"id"} if not form._get_modifier(name, "readonly")}
