"""The house keeps its shape: layers, lengths, no print, complete cards."""

import ast
from pathlib import Path

import pytest

from riskcloud.catalog import list_cards, load_card

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "riskcloud"
MODULES = sorted(PACKAGE.rglob("*.py"))
# a module imports from lines below its own, never sideways to another folder of its line
LINES = [
    {"cli"}, {"service"}, {"report"}, {"survey", "warning"}, {"book"}, {"analysis"}, {"pricing"},
    {"exposure", "hazard", "vulnerability", "loss", "finance", "store", "notify"},
    (TOOLS := {"geo", "catalog", "files", "messages", "settings", "ahead", "download"}), {"types"},
    {"errors", "units", "kernels"},
]
LINE_OF = {name: k for k, names in enumerate(LINES) for name in names}
KERNEL_IMPORTS = {"numpy", "numba", "math", "typing", "riskcloud"}


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_imports_go_downwards(path):
    here = place(path)
    if here in ("__init__", "__main__"):  # the doors of the package
        return
    assert here in LINE_OF, f"{here} has no line of its own: add it to the layers"
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "riskcloud" or len(parts) < 2 or parts[1] in (here, "__version__"):
            continue
        assert LINE_OF[parts[1]] > LINE_OF[here] or (
            LINE_OF[parts[1]] == LINE_OF[here] and here in TOOLS
        ), f"{label(path)} imports {name}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "kernels").glob("*.py")), ids=label)
def test_kernels_import_numpy_and_numba_only(path):
    for name in imports(path):
        parts = name.split(".")
        assert parts[0] in KERNEL_IMPORTS, f"{label(path)} imports {name}"
        assert parts[0] != "riskcloud" or parts[1] == "kernels"


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 350, f"{label(path)} is too long"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno <= 70, f"{label(path)}: {node.name} is too long"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{label(path)} prints"


def test_every_card_is_complete():
    kinds = {path.parent.parent.name for path in (ROOT / "models").glob("*/*/card.toml")}
    assert kinds
    for kind in kinds:
        for name in list_cards(kind):
            assert load_card(kind, name)["name"] == name


def test_models_and_dashboards_hold_no_python():
    assert not list((ROOT / "models").rglob("*.py"))
    assert not list((ROOT / "dashboards").rglob("*.py"))
