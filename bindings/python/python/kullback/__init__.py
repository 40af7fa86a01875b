"""How far is distribution Q from distribution P?"""

from ._native import Error, __version__
from .measures import *
