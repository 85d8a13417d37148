from .attribution import attribute as attribute
from .drawing import draw_salient as draw_salient
from .hypercubes import maximal_hypercubes as maximal_hypercubes
from .labelled import read_labelled as read_labelled
from .reflections import over_representation as over_representation
from .report.collect import collect as collect
from .report.render import render as render
from .salient import salient_nodes as salient_nodes
