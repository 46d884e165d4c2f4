"""nst/README.md draws what modules import, and lists them; none is hidden by a name, and functions are short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = {path.parent.name for path in ROOT.glob("nst/*/__init__.py")}
README = (ROOT / "nst" / "README.md").read_text(encoding="utf-8")
PICTURE = re.findall(r"^ +(\w+)(?: --> (\w+))?$", README, re.MULTILINE)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LONGEST = 60  # lines of a function
TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in (ROOT / "app.py", *ROOT.glob("nst/**/*.py"), *ROOT.glob("tests/**/*.py"))
}


def reached(package: str) -> set[str]:
    """What a package may import: itself, and all that the arrows lead to from there."""
    return {package}.union(*(reached(end) for start, end in PICTURE if start == package and end))


def imports(tree: ast.Module) -> Iterator[str]:
    """The full names of all that is imported anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{each.name}" for each in node.names)


def test_every_package_is_in_the_picture_and_nothing_else() -> None:
    assert {name for arrow in PICTURE for name in arrow if name} == PACKAGES


def test_neither_path_leads_to_the_other_and_no_way_leads_back() -> None:
    for one, other in (("quick", "custom"), ("ui", "cli")):
        assert other not in reached(one)
        assert one not in reached(other)
    assert not [arrow for arrow in PICTURE if arrow[1] and arrow[0] in reached(arrow[1])]


def test_imports_go_along_the_arrows() -> None:
    against = []
    for path, tree in TREES.items():
        if path.startswith("nst/") and (package := path.split("/")[1]) in PACKAGES:
            for name in imports(tree):
                parts = name.split(".")
                if parts[0] in ("", "nst") and "".join(parts[1:2]) not in reached(package):
                    against.append(f"{path}: {name}")
    assert not against


def test_no_module_hides_behind_a_name() -> None:
    hidden = []
    for path, tree in TREES.items():
        names = {each.name for each in tree.body if isinstance(each, (*FUNCTIONS, ast.ClassDef))}
        hidden += [path] * (Path(path).stem in names)
        if path.endswith("__init__.py"):
            package = path.removesuffix("/__init__.py").replace("/", ".")
            for node in tree.body:
                if isinstance(node, ast.ImportFrom) and node.module != package:
                    names |= {each.asname or each.name for each in node.names}
            hidden += [each.as_posix() for each in (ROOT / path).parent.iterdir() if each.stem in names]
    assert not hidden


def test_every_module_has_a_line_in_the_list() -> None:
    listed, folder = set(), ""
    for line in README.splitlines():
        if heading := re.match(r"##+ (nst[\w/]*)", line):
            folder = heading[1]
        elif module := re.match(r"- `([\w/]*\w)`: ", line):
            listed.add(f"{folder}/{module[1]}.py")
    drawn = [*ROOT.glob("nst/artwork/[!_]*.py"), *ROOT.glob("nst/artwork/scenes/[!_]*.py")]
    pictures = {path.relative_to(ROOT).as_posix() for path in drawn}
    modules = {path for path in TREES if path.startswith("nst/") and path not in pictures}
    assert {path for path in listed ^ modules if not path.endswith(("__init__.py", "/__main__.py"))} == set()


def test_functions_are_short() -> None:
    long = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, FUNCTIONS):
                lines = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{path}: {node.name}, {lines} lines"] * (lines > LONGEST)
    assert not long
