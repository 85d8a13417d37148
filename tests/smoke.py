"""What an installed klgnn must be able to do, outside of its repository: `make release` runs this.

    python smoke.py     in an empty folder, with the interpreter that klgnn is installed for

Only klgnn and what it depends on are needed. Each line printed is one thing that worked.
"""

import subprocess
import sys
from pathlib import Path

import analysis
import data_gen
import klgnn

CONJECTURE = """from analysis.conjectures import conjecture


@conjecture("palindromic", "if the rank sizes read the same both ways, P = 1")
def palindromic(interval):
    if interval.rank_sizes != interval.rank_sizes[::-1]:
        return None
    return interval.kl == (1,)
"""


def main() -> None:
    """Goes the whole way once, on small data."""
    installed_outside()
    polynomial = data_gen.kl_polynomial("1324", "3412")
    check(str(polynomial.as_expr()) == "q + 1", "P of [1324, 3412]")
    command("--version", says=f"klgnn {klgnn.__version__}\n")
    command("interval", "1324", "3412", says="1 + q")
    command("generate", "--n", "4", "--n", "5", "--select", "classes", "--out", "data", says="data")
    command("dataset", "verify", "data")
    command("train", "data", "--epochs", "2", "--out", "run", says="run")
    command("evaluate", "run", says="most frequent")
    command("predict", "1324", "3412", says="1 + q")
    command("report", "--interval", "1324", "3412", "--out", "interval.html", says="interval.html")
    check("<svg" in Path("interval.html").read_text(encoding="utf-8"), "the page has a picture")
    Path("idea.py").write_text(CONJECTURE, encoding="utf-8")
    command("conjecture", "test", "idea.py", "--n", "4", says="[1324, 3412]", code=3)


def installed_outside() -> None:
    """The packages are those of the environment, not a folder that happens to lie here."""
    for package in (data_gen, klgnn, analysis):
        folder = Path(package.__file__)
        check(Path(sys.prefix) in folder.parents, f"{package.__name__} is that of the environment")


def command(*words: str, says: str = "", code: int = 0) -> None:
    """Runs `klgnn` and looks at the exit code and at what it says."""
    here = Path(sys.executable).parent / "klgnn"
    done = subprocess.run([here, *words], capture_output=True, text=True)
    as_typed = f"klgnn {' '.join(words)}"
    if done.returncode != code:
        sys.exit(f"FAILED: {as_typed} left with {done.returncode}:\n{done.stdout}{done.stderr}")
    check(says in done.stdout, as_typed, done.stdout)


def check(holds: bool, what: str, seen: str = "") -> None:
    """Prints what works, stops at what does not."""
    if not holds:
        sys.exit(f"FAILED: {what}\n{seen}")
    print(f"works: {what}")


if __name__ == "__main__":
    main()
