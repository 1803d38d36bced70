#!/usr/bin/env python3
"""Takes the guards of the hooks out, one at a time, and shows that the test which proves a guard fails without it.

All changes of eng/mutations/guards.toml go into one scratch copy of the tree (artifacts/mutations), each behind the question whether it is the active
one; a copy of the built program has the name of one mutation written into it. What changes the build itself is built by itself. The working tree and
the programs in artifacts/bin stay as they are.

usage: mutate.py [--resume] [NAME...]

All mutations, or these; docs/security-proofs.md gets their rows, and keeps those of the others. With --resume, those that a run before this one came to
are not run again.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TREE = ROOT / "artifacts" / "mutations"
MARK = b"MUTANT:"
LENGTH = 40
# The programs that mutations are written into, with their projects.
PROGRAMS = {"nvidia-container-runtime": "Runtime", "nvidia-ctk-cli": "Ctk"}
PAGE = ROOT / "docs/security-proofs.md"
RESULTS = TREE / "results.json"


def main():
    guards = tomllib.loads((ROOT / "eng/mutations/guards.toml").read_text())["guard"]
    resumed = "--resume" in sys.argv
    wanted = set(sys.argv[1:]) - {"--resume"}
    if unknown := wanted - {g["name"] for g in guards}:
        sys.exit(f"no such mutation: {', '.join(sorted(unknown))}")
    chosen = [g for g in guards if not wanted or g["name"] in wanted]
    copy_tree([g for g in guards if not g.get("build")])
    originals = {name: publish(name) for name in PROGRAMS if any(program_of(g) == name and uses_program(g) for g in chosen)}
    for project in sorted({project_of(g) for g in chosen}):
        run("dotnet", "build", f"tests/{project}", "--nologo", "-v", "quiet", "-p:Fast=true")
    known = json.loads(RESULTS.read_text()) if resumed and RESULTS.exists() else {}
    control(originals, [g for g in chosen if g["name"] not in known])
    results = []
    for guard in chosen:
        name = guard["name"]
        known[name] = known.get(name) or attempt(originals, guard)
        results.append((guard, known[name]))
        RESULTS.write_text(json.dumps(known))
    write_table(guards, results)
    survived = [g["name"] for g, (failed, _) in results if not failed]
    print(f"{len(results) - len(survived)} killed, {len(survived)} survived {' '.join(survived)}")
    sys.exit(1 if survived else 0)


def copy_tree(guards):
    """The tracked files, with every guard's change behind its question, and what was built of the programs that are not changed."""
    changed = {pathlib.Path("src/Diagnostics/Mutant.cs"): (ROOT / "eng/mutations/Mutant.cs").read_text()}
    for guard in guards:
        for edit in guard["edit"]:
            name = pathlib.Path(edit["file"])
            changed[name] = with_edit(guard, edit, changed.get(name) or (ROOT / name).read_text())
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    for name in {pathlib.Path(os.fsdecode(n)) for n in listed if n} | changed.keys():
        content = changed[name].encode() if name in changed else (ROOT / name).read_bytes() if (ROOT / name).is_file() else None
        target = TREE / name
        # What is equal keeps its time, so that a second run builds less.
        if content is not None and not (target.is_file() and target.read_bytes() == content):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(ROOT / name if name not in changed else ROOT / "eng/mutations/Mutant.cs", target)
    # What this tree has no more would be built too.
    wanted = {pathlib.Path(os.fsdecode(n)) for n in listed if n} | changed.keys()
    for old in (f for folder in ("src", "tests", "simulator") for f in (TREE / folder).rglob("*.cs")):
        if not {"obj", "bin"} & set(old.relative_to(TREE).parts) and old.relative_to(TREE) not in wanted:
            old.unlink()
    for built in ("simulator", "bin"):
        shutil.rmtree(TREE / "artifacts" / built, ignore_errors=True)
        shutil.copytree(ROOT / "artifacts" / built, TREE / "artifacts" / built, symlinks=True)
    # Programs of other releases, which tests would be skipped without.
    others = TREE / "artifacts" / "debian"
    if not others.exists() and (ROOT / "artifacts" / "debian").exists():
        others.symlink_to(ROOT / "artifacts" / "debian")


def with_edit(guard, edit, text):
    if text.count(edit["text"]) != 1:
        sys.exit(f"{guard['name']}: {edit['file']} holds the text {text.count(edit['text'])} times, not once:\n{edit['text']}")
    return text.replace(edit["text"], edit["into"])


def publish(name):
    project = PROGRAMS[name]
    folder = f"artifacts/publish/{project}"
    run("dotnet", "publish", f"src/{project}", "-c", "Release", "-r", "linux-x64", "--nologo", "-v", "quiet", "-p:Fast=true", "-o", folder)
    return (TREE / folder / name).read_bytes()


def run(*command):
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def uses_program(guard):
    """Whether its test may start the built programs; those of other projects run the code in their own process, or a program that was built with them."""
    return project_of(guard) in ("EndToEnd", "Runtime")


def program_of(guard):
    return guard.get("program", "nvidia-container-runtime")


def install(file, program, name):
    at = program.find(MARK)
    if at < 0 or program.find(MARK, at + 1) >= 0:
        sys.exit("the program has no place, or more than one, for the name of a mutation")
    mark = MARK + name.encode().ljust(LENGTH, b".")
    install_plain(file, program[:at] + mark + program[at + len(mark):])


def project_of(guard):
    return guard.get("project", "EndToEnd")


def test(guard):
    """How many tests failed, and how many were run."""
    # The tests of a requirement, or those of a name; tests that run a hook in their own process know the mutation by the variable.
    chosen = ["--filter-trait", f"Requirement={guard['test']}"] if "-" in guard["test"] else ["--filter-method", f"*{guard['test']}*"]
    project = project_of(guard)
    command = [f"tests/{project}/bin/Debug/net10.0/GpuContainers.{project}.Tests", "--no-ansi", "--no-progress", *chosen]
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True, env=os.environ | {"RACE_RUNS": "20", "MUTANT": guard.get("name", "")})
    count = lambda word: int((re.findall(rf"^\s*{word}: (\d+)", done.stdout, re.MULTILINE) or ["0"])[-1])
    return count("failed"), count("total"), count("skipped")


def control(originals, guards):
    """With nothing taken out every test passes, and none is skipped: else a failure later would prove nothing."""
    for file, program in originals.items():
        install(file, program, "")
    for project, name in sorted({(project_of(g), g["test"]) for g in guards}):
        failed, total, skipped = test({"project": project, "test": name})
        if failed or not total or skipped:
            sys.exit(f"{name} does not pass on the whole program: {failed} of {total} failed, {skipped} were skipped")
        print(f"control: {name}: {total} passed", flush=True)


def attempt(originals, guard):
    file = program_of(guard)
    if guard.get("build"):
        install_plain(file, built_apart(guard))
    elif uses_program(guard):
        install(file, originals[file], guard["name"])
    failed, total, _ = test(guard)
    if uses_program(guard):
        install(file, originals[file], "")
    print(f"{guard['name']}: {'killed' if failed else 'SURVIVED'} ({failed} of {total} tests failed)", flush=True)
    return failed, total


def built_apart(guard):
    files = {edit["file"]: (TREE / edit["file"]).read_text() for edit in guard["edit"]}
    for edit in guard["edit"]:
        (TREE / edit["file"]).write_text(with_edit(guard, edit, (TREE / edit["file"]).read_text()))
    try:
        return publish(program_of(guard))
    finally:
        for file, text in files.items():
            (TREE / file).write_text(text)


def install_plain(file, program):
    target = TREE / "artifacts/bin" / file
    target.unlink(missing_ok=True)
    target.write_bytes(program)
    target.chmod(0o755)
    if file != "nvidia-container-runtime":
        return
    # The other names are symbolic links, this one is a hard link (eng/publish.sh).
    cli = target.with_name("nvidia-container-cli")
    cli.unlink(missing_ok=True)
    os.link(target, cli)


def write_table(guards, results):
    rows = {guard["what"]: row(guard, *outcome) for guard, outcome in results}
    old = {line.split(" | ")[0].removeprefix("| "): line for line in PAGE.read_text().splitlines() if line.startswith("| ")}
    lines = [
        "# Proofs of the guards",
        "",
        "Written by `make test-mutations` (eng/mutate.py): each guard was taken out of a copy of the programs, and the tests that prove it were run. A "
        "guard is",
        "proven when at least one of them fails then; without any change all of them pass. The changes are those of eng/mutations/guards.toml; "
        "no program that is",
        "installed holds a switch for them.",
        "",
        "| guard | tests | without it |",
        "|--|--|--|",
    ]
    lines += [line for g in guards if (line := rows.get(g["what"]) or old.get(g["what"]))]
    PAGE.write_text("\n".join(lines) + "\n")


def row(guard, failed, total):
    return f"| {guard['what']} | `{guard['test']}` | {'killed' if failed else '**survived**'}: {failed} of {total} fail |"


main()
