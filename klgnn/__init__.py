"""Learning: networks that predict Kazhdan-Lusztig polynomials from unlabelled Bruhat graphs.

Each name is loaded when it is first used, so that importing the package does not import torch.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
