"""The command `klgnn`, also as `python -m klgnn`: Ctrl-C is polite from the first moment on."""

import sys


def run() -> None:
    """Runs the command line and leaves by SystemExit."""
    try:
        from klgnn.main import main

        main()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    run()
