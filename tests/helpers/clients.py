"""Clients of a running server, as programs outside Odoo have them.

A client is called with a model, a method and the method's arguments by their names; ``ids``
are those of the records it is called on.
"""

import http.cookiejar
import json
import urllib.error
import urllib.request
import xmlrpc.client

#: What a client raises where the server refuses.
REFUSED = (xmlrpc.client.Fault, urllib.error.HTTPError)

#: This machine is asked without the proxy that the environment may name.
NO_PROXY = urllib.request.ProxyHandler({})
DIRECT = urllib.request.build_opener(NO_PROXY)


def reason_of(error: Exception) -> str:
    """What the server said when it refused."""
    return error.faultString if isinstance(error, xmlrpc.client.Fault) else error.read().decode()


def xml_rpc(server, login: str = "admin", password: str | None = None):
    """A client for XML-RPC; the password is the login where none is given."""
    password = password or login
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    uid = common.authenticate(server.database, login, password, {})
    # Without allow_none, as most clients are: neither calls nor answers hold a None.
    models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object")

    def call(model, method, ids=None, **arguments):
        positional = [ids] if ids is not None else []
        if "vals_list" in arguments:
            positional = [arguments.pop("vals_list")]  # create takes them so over XML-RPC
        return models.execute_kw(
            server.database, uid, password, model, method, positional, arguments
        )

    return call


def json2(server, api_key: str):
    """A client for JSON-2."""

    def call(model, method, **arguments):
        request = urllib.request.Request(
            f"{server.url}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"Bearer {api_key}",
                "X-Odoo-Database": server.database,
                "Content-Type": "application/json",
            },
        )
        with DIRECT.open(request) as answer:
            return json.load(answer)

    return call


class WebClient:
    """Logged in as a browser is, and asking what the web client asks."""

    def __init__(self, server, login: str = "admin", password: str = "admin"):
        self.url = server.url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(NO_PROXY, cookies)
        self.route("/web/session/authenticate", db=server.database, login=login, password=password)

    def route(self, path: str, **parameters):
        found = self.answer(path, **parameters)
        assert "error" not in found, found["error"]
        return found["result"]

    def answer(self, path: str, **parameters) -> dict:
        """What the server answers, an error as well."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            data=json.dumps({"jsonrpc": "2.0", "params": parameters}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request) as answer:
            return json.load(answer)

    def get(self, path: str):
        with self._opener.open(f"{self.url}{path}") as answer:
            return json.load(answer)

    def call(self, model: str, method: str, *arguments, **options):
        return self.route(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=arguments,
            kwargs=options,
        )


def make_api_key(server) -> str:
    """The administrator's key, made as a user makes it: in the preferences, with the password
    once more."""
    call = WebClient(server).call
    wizard = call("res.users.apikeys.description", "create", [{"name": "Tests", "duration": "1"}])
    asked = call("res.users.apikeys.description", "make_key", wizard)
    assert asked["res_model"] == "res.users.identitycheck"
    check = [asked["res_id"]]
    shown = call(asked["res_model"], "run_check", check, context={"password": "admin"})
    return shown["context"]["default_key"]
