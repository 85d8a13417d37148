"""`python -m klgnn` is the command `klgnn`."""

from klgnn.main import main

if __name__ == "__main__":
    main()
