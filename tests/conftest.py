"""What all tests share."""

import os

from hypothesis import HealthCheck, settings

# Before anything loads torch or scikit-learn: the threads of small jobs only wait for each other,
# on a busy machine for a minute where the work takes a second.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Compiled kernels make the first example slow, and a shared machine any: no deadlines.
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
