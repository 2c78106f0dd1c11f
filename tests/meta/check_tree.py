#!/usr/bin/env python3
"""Mechanical promises of the source tree. Standard library only.

    python3 tests/meta/check_tree.py <check> [--source DIR] [--program PATH]

prints one line for each broken promise and exits with 1 if there is one. The checks are the functions named check_*.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

STAGES = ["core", "mixture", "diffusion", "distance", "estimate", "cluster", "simplify", "polynomial", "regress", "sample",
          "ledger", "validate", "report", "cli"]
LONGEST = {".hpp": 200, ".cpp": 400, ".ts": 400}


def files(root, *suffixes):
    for folder in ("include", "src", "tests", "bench"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and "node_modules" not in path.parts and path.is_file():
                yield path


def stage_of(root, path):
    """The stage whose folder holds the file, or None (tests/support, tests/meta, bench)."""
    parts = path.relative_to(root).parts
    name = parts[2] if parts[0] == "include" else parts[1]
    return name if name in STAGES else None


def check_include_order(root, _):
    """A file includes headers of its own and of earlier stages only; sources reach other folders only through include/."""
    for path in files(root, ".hpp", ".cpp"):
        stage = stage_of(root, path)
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            where = f"{path.relative_to(root)}:{number}"
            target = found.group(1).split("/")
            if target[0] == "verimix":
                if target[1] not in STAGES:
                    yield f"{where}: {found.group(1)} is in no stage"
                elif stage and STAGES.index(target[1]) > STAGES.index(stage):
                    yield f"{where}: {stage} includes the later stage {target[1]}"
                elif not (root / "include" / found.group(1)).exists():
                    yield f"{where}: {found.group(1)} does not exist"
            elif path.relative_to(root).parts[0] in ("include", "src") and len(target) > 1:
                yield f"{where}: {found.group(1)} is not a public header"


def check_stage_links(root, _):
    """A stage's CMakeLists uses earlier stages only."""
    for stage in STAGES:
        lists = root / "src" / stage / "CMakeLists.txt"
        if not lists.exists():
            continue
        uses = re.search(r"USES\s+([\w\s]+?)(?:LIBRARIES|HEADERS_ONLY|\))", lists.read_text())
        for used in uses.group(1).split() if uses else []:
            if used not in STAGES or STAGES.index(used) >= STAGES.index(stage):
                yield f"src/{stage}/CMakeLists.txt: {used} is not an earlier stage"


def check_sizes(root, _):
    """Headers have at most 200 lines, sources at most 400."""
    for path in files(root, *LONGEST):
        count = len(path.read_text().splitlines())
        if count > LONGEST[path.suffix]:
            yield f"{path.relative_to(root)}: {count} lines, at most {LONGEST[path.suffix]}"


# Blocks that explain themselves: namespaces, preprocessor lines, instantiations, definitions short enough to be read. A type
# is explained by its members' comments or by the first line of its header.
SELF_EVIDENT = re.compile(r"(#|namespace\b|}|extern template\b|template <>|static_assert\b|using\b|constexpr\b|inline\b"
                          r"|(template <[^\n]*>\n)?(class|struct|enum class|concept)\b)")


def check_header_comments(root, _):
    """The first line of a public header says what it is for; each block of functions at its outermost level has a comment."""
    for path in sorted((root / "include").rglob("*.hpp")):
        name = path.relative_to(root)
        text = path.read_text()
        if not text.startswith("//"):
            yield f"{name}:1: the first line does not say what the header is for"
        if "\n#pragma once\n" not in text:
            yield f"{name}: no #pragma once"
        for block in re.finditer(r"(?:^[^\n]+\n)+", text, re.MULTILINE):
            body = block.group(0)
            if body[0].isspace() or "//" in body or SELF_EVIDENT.match(body):
                continue
            number = text.count("\n", 0, block.start()) + 1
            yield f"{name}:{number}: a declaration without a comment: {body.splitlines()[0][:60]}"


def check_references(root, _):
    """Notes, headers and tests that are named in comments and notes exist; no note names a machine's own paths."""
    named = re.compile(r"(?<![\w/])((?:proofs-notes|include/verimix|tests|src|tools)/[\w./-]*\w\.(?:md|hpp|cpp|py|json|csv|cmake))\b")
    machine = re.compile("/" + r"(?:work|tmp|home|root)/")
    texts = list(files(root, ".hpp", ".cpp", ".py")) + sorted((root / "proofs-notes").rglob("*.md"))
    for path in texts:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(root)}:{number}"
            for target in named.findall(line):
                if not (root / target).exists():
                    yield f"{where}: {target} does not exist"
            if machine.search(line) and path.suffix == ".md":
                yield f"{where}: a path of some machine"


def check_notes(root, _):
    """Each note of a stage has a header and a test of the same stem."""
    for path in sorted((root / "proofs-notes").glob("*/*.md")):
        stage, stem = path.parent.name, path.stem
        if stage not in STAGES:
            continue
        if not (root / "include/verimix" / stage / f"{stem}.hpp").exists():
            yield f"{path.relative_to(root)}: no include/verimix/{stage}/{stem}.hpp"
        if not (root / "tests" / stage / f"{stem}_test.cpp").exists():
            yield f"{path.relative_to(root)}: no tests/{stage}/{stem}_test.cpp"


def check_planted_faults(root, _):
    """Each fault of tests/mutations still applies to the sources."""
    for path in sorted((root / "tests/mutations").glob("*.patch")):
        run = subprocess.run(["git", "apply", "--check", path.resolve()], cwd=root, capture_output=True, text=True)
        if run.returncode:
            yield f"{path.relative_to(root)}: {run.stderr.strip().splitlines()[-1]}"


# Whose commands are run.
PAGES = ["README.md", "proofs-notes/VALIDATE.md"]


def steps(page):
    """In order: ("file", its name, its text) for a block of code whose first line names a file ("```python my_score.py"), and
    ("command", the command, the status that it ends with) for each line of a shell's block; a comment says "status 1"."""
    kind, name, body = None, "", []
    for line in page.read_text().splitlines():
        if line.startswith("```") and kind is None:
            kind, _, name = line[3:].strip().partition(" ")
            body = []
        elif line.startswith("```"):
            if name:
                yield "file", name, "\n".join(body) + "\n"
            elif kind in ("sh", "bash", "shell"):
                for command in re.sub(r"\\\n\s*", " ", "\n".join(body)).splitlines():
                    if command.strip() and not command.strip().startswith("#"):
                        status = re.search(r"\s#.*\bstatus (\d)", command)
                        yield "command", re.sub(r"\s+#.*$", "", command.strip()), int(status.group(1)) if status else 0
            kind = None
        elif kind is not None:
            body.append(line)


def runnable(command, program):
    """The command with the paths of this build, or None for what a test can't run: a build, a page's own tools."""
    program = pathlib.Path(program).resolve()
    of_module = re.match(r"PYTHONPATH=build/dev/python python3 (.*)", command)
    if of_module:
        module = program.parent / "python"
        return f'PYTHONPATH="{module}" "{sys.executable}" {of_module.group(1)}' if any(module.glob("verimix/_verimix*.so")) else None
    if not re.match(r"(python3|build/\w+/verimix) ", command):
        return None
    return re.sub(r"(?<![\w/])build/\w+/verimix\b", f'"{program}"', command)


def check_readme(root, program):
    """Every command of the pages can be given: tools exist, presets exist, what a test can run ends with the status that is said."""
    presets = {p["name"] for p in json.loads((root / "CMakePresets.json").read_text())["configurePresets"]}
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            for entry in root.iterdir():
                if entry.name not in ("build", ".git"):
                    os.symlink(entry, pathlib.Path(folder) / entry.name)
            for kind, what, more in steps(root / page):
                if kind == "file":
                    (pathlib.Path(folder) / what).write_text(more)
                    continue
                for preset in re.findall(r"--preset[ =](\w[\w-]*)", what):
                    if preset not in presets:
                        yield f"{page}: no preset {preset}: {what}"
                first = what.split()[0]
                if first.startswith("tools/") and not os.access(root / first, os.X_OK):
                    yield f"{page}: {first} is not an executable file"
                command = runnable(what, program) if program and os.access(program, os.X_OK) else None
                if command is None:
                    continue
                # The interpreter that the module was built for is the one that a page calls python3.
                path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
                run = subprocess.run(command, shell=True, cwd=folder, timeout=240, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True, env=os.environ | {"PATH": path})
                if run.returncode != more:
                    yield f"{page}: status {run.returncode}, not {more}: {what}: {run.stderr.strip()[-200:]}"


def main():
    checks = {name[len("check_"):]: of for name, of in globals().items() if name.startswith("check_")}
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("check", choices=sorted(checks) + ["all"])
    arguments.add_argument("--source", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    arguments.add_argument("--program", default=None)
    given = arguments.parse_args()
    selected = checks.values() if given.check == "all" else [checks[given.check]]
    broken = [line for check in selected for line in check(given.source, given.program)]
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
