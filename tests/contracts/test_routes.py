"""Every route says who may call it."""

from flask import Flask

from statuspage.domain.roles import SiteRole


def allowed(app: Flask) -> dict[str, object]:
    return {
        f"{rule.rule} {rule.endpoint}": getattr(app.view_functions[rule.endpoint], "allowed", None)
        for rule in app.url_map.iter_rules()
    }


def test_every_route_says_who_may_call_it(app: Flask):
    silent = [route for route, who in allowed(app).items() if not isinstance(who, SiteRole | str)]

    assert silent == []


def test_what_everybody_may_call_stands_here(app: Flask):
    public = {route.split(" ")[0] for route, who in allowed(app).items() if who == "public"}

    assert public <= {
        "/healthz/live",
        "/healthz/ready",
        "/healthz/worker",
        "/v1/openapi.json",
        "/v1/docs",
        "/v1/docs.css",
        "/console/calendar/<secret>.ics",
        "/login",
        "/login/forgotten",
        "/login/invitation/<secret>",
        "/login/reset/<secret>",
        "/logout",
        "/setup",
        "/shared/",
        "/shared/<path:secret>",
    }


def test_only_the_figures_are_the_operators(app: Flask):
    assert {route.split(" ")[0] for route, who in allowed(app).items() if who == "operator"} == {"/metrics"}
