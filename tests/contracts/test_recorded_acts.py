"""Every act on an incident that is recorded has words in its timeline, or is silent there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import statuspage.services
from statuspage.domain.incident import NoticeKind
from statuspage.services.history_words import SILENT, known_verbs

FOLDER = Path(statuspage.services.__file__).parent


def recorded_verbs() -> set[str]:
    """Return the verbs of all `audit(…)` calls inside functions that handle an incident."""
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        module = ast.parse(path.read_text())
        for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
            if "IncidentRow" in ast.unparse(function.args) + ast.unparse(function.returns or ast.Constant(0)):
                for call in calls_of("audit", function):
                    found |= set(verbs_of(call.args[1], function, module))
    return found


def calls_of(name: str, within: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(within):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def verbs_of(verb: ast.expr, function: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    """Return what the verb may be: a text, one with the kind of notice in it, or a parameter."""
    match verb:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            yield from (str(eval(ast.unparse(verb), {"notice": Kind(kind)})) for kind in NoticeKind)
        case ast.Name(id=name):
            place = [argument.arg for argument in function.args.args].index(name)
            for call in calls_of(function.name, module):
                yield from verbs_of(call.args[place], function, module)
        case _:
            raise AssertionError(f"{function.name} records a verb that this test can't read")


class Kind:
    """Stands for a notice."""

    def __init__(self, kind: NoticeKind) -> None:
        self.kind = kind


def test_every_recorded_act_on_an_incident_has_words_or_is_silent():
    verbs = recorded_verbs()

    assert {"dismiss_incident", "retract_notice", "publish_update_notice", "set_facts"} <= verbs
    assert verbs - known_verbs() - SILENT == set()


def test_there_are_no_words_for_acts_that_nobody_records():
    assert (known_verbs() | SILENT) - recorded_verbs() == set()
