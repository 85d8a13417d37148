"""The formulas of `analysis.formulas` on as many intervals as there are: S_7, and much of S_8, S_9.

What is known of a formula is what was checked. This package checks them all on all hypercube
decompositions of every isomorphism class of S_7 and of large samples of S_8 and S_9, in compiled
kernels, on any executor, and can go on where it was stopped: `klgnn conjecture formulas`.
"""
