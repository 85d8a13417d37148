"""What all tests share."""

import os

from hypothesis import HealthCheck, settings

# Compiled kernels make the first example slow, and a shared machine any: no deadlines.
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
