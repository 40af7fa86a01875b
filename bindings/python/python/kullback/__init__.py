"""How far is distribution Q from distribution P?

Measures of probabilities, one function each, on anything that holds numbers: `kl`, `js`, `renyi`, ... (`kullback.measures`);
`from_counts`, `from_samples`, `from_logits` and `from_probabilities` say what is known of P and Q, and give estimates with
intervals; families of distributions, `Normal(0, 1)`, are measured by the same functions. `compare` takes whole tables,
`explain` one column of them, `profile` keeps their summaries.

>>> import kullback
>>> round(kullback.kl([0.5, 0.25, 0.25], [0.4, 0.4, 0.2]), 6)
0.049857
"""

from . import _logits, _weights, arrays, estimate, families, loss, measures, pair, report, tables
from ._estimate import Estimate
from ._logits import *
from ._native import Error, Family, __version__
from ._weights import *
from .arrays import *
from .families import *
from .measures import *
from .measures import jeffreys as psi
from .pair import *
from .report import *
from .tables import *

__all__ = ["Error", "Estimate", "Family", "__version__", "estimate", "loss", "psi"]
__all__ += _logits.__all__
__all__ += _weights.__all__
__all__ += arrays.__all__
__all__ += families.__all__
__all__ += measures.__all__
__all__ += pair.__all__
__all__ += report.__all__
__all__ += tables.__all__
