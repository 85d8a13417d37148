"""Identities that tie P_{z,w} to the polynomials above z: exact statements on a quotient.

Write l = l(z,w), P_{z,w} = 1 + p_1 q + ... + p_D q^D, and take all sums over the graph of [z, w].

* The first identity (a theorem): sum over edges z -> y of P_{y,w}(1) = l + sum_k (l - 2k) p_k.
  It is the first derivative at q = 1 of q^l(z,w) P_{z,w}(1/q) = sum_a R_{z,a}(q) P_{a,w}(q)
  (Kazhdan and Lusztig, Invent. Math. 53, 1979), the edges being where R~ has the term q (Dyer,
  1991). It must be known to many; no source states it in this form that was found.
* The second identity (observed, no proof known): the third derivative of the same. With
  l_y = l(y,w), and p_0 = 1 at every vertex,

      sum_k (l - 2k)^3 p_k(z) = sum over edges z -> y of (P_y(1) + 3 sum_k (l_y - 2k)^2 p_k(y))
          - 12 sum_c r_2(z,c) sum_k (l_c - 2k) p_k(c) + 24 sum_a r_3(z,a) P_a(1).

  r_2 = [q^2] R~ is half the number of 2-paths from z to c. That r_3 = [q^3] R~ is the number of
  flip cycles of 3-paths, those of length 10 counted twice, is what is only observed: every 2-path
  has two middles, so 3-paths fall into cycles under changing the first or the second inner vertex;
  lengths other than 4, 6, 8 and 10 have not been met. Compare the flipclasses of Esposito and
  Marietti (arXiv:2404.12834).
* Monotonicity (a theorem: Irving, 1988; Braden and MacPherson, 2001): no p_k(z) is less than that
  of any y above z.

All of it is read off an unlabelled graph. A coefficient that a network finds probable and the
identities exclude is wrong: `Identities.decode` takes the best of those that are left, from the top
down, and `Identities.least_solution` chooses without any network, as the baseline that a network
has to beat.
"""

from klgnn.identities.identities import Decoded, Identities

__all__ = ["Decoded", "Identities"]
