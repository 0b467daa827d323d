"""Which calls change an object in place: tables as data, one source per table.

A method is looked up by its bare name, because the type of an outer object is not known before the cell runs. Names
that mean a change in one library and a new value in another (`set.add`, `DataFrame.add`) count only where the value
of the call is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from .python_names import words

# docs.python.org, stdtypes (list, dict, set, bytearray) and collections: these return None or the removed element.
CONTAINER_METHODS = words(
    "extend clear discard pop popitem popleft appendleft extendleft setdefault move_to_end difference_update "
    "intersection_update symmetric_difference_update subtract"
)
# The same libraries, but pandas, polars or numpy have a method of this name that returns a new object.
AMBIGUOUS_METHODS = words(
    "append insert remove sort reverse add update rotate fill put resize partition drop_in_place"
)
# Of these, what returns a new frame in pandas or polars when the receiver is one.
FRAME_RETURNS = words("append add sort reverse")
# docs.python.org, io, queue, threading, sqlite3: objects that move on when used.
STREAM_METHODS = words(
    "write writelines writerow writerows seek truncate read readline readlines close put_nowait get_nowait send"
)
# docs.python.org, logging: loggers and handlers keep their settings.
LOGGING_METHODS = words("setLevel addHandler removeHandler addFilter removeFilter setFormatter")
# docs.python.org, data model: what the operators call.
OPERATOR_METHODS = words("__setitem__ __delitem__ __setattr__ __delattr__ __iadd__ __ior__ __iand__ __isub__ __imul__")
# Keywords by which a function is told what to fill or to draw into (numpy; pandas and seaborn).
FILLED_KEYWORDS = ("out", "ax")
# numpy.org, ndarray methods that work in place.
ARRAY_METHODS = words("itemset setflags setfield byteswap_inplace")
# Of an array's methods, those that a slice passes on (a slice of a list is a copy).
VIEW_METHODS = words("fill put partition itemset setfield")
# `map(items.append, xs)`: the method is called when somebody iterates.
CALLED_BY_MAP = words("append add discard remove extend insert update appendleft write writelines setdefault pop")
# scikit-learn.org (estimators), keras.io, xgboost, statsmodels: the estimator keeps what it learned.
ESTIMATOR_METHODS = words(
    "fit fit_transform fit_predict fit_resample partial_fit set_params set_output load_state_dict compile "
    "add_module register_buffer zero_grad backward step requires_grad_ eval_mode"
)
# scipy.stats: `fit` of these estimates parameters and keeps nothing.
_VERB = re.compile(r"[a-z]+")  # of `set_level`, `setLevel`
DISTRIBUTIONS = words("norm expon gamma beta lognorm t uniform chi2 weibull_min pareto poisson binom stats")
# matplotlib.org, Axes and Figure: draw into the figure (`set_*` by its prefix, below).
FIGURE_METHODS = words(
    "set cla plot scatter bar barh hist hist2d imshow pcolormesh contour contourf fill_between errorbar boxplot "
    "violinplot stem step pie loglog semilogx semilogy axhline axvline axhspan axvspan hlines vlines annotate "
    "text legend grid tick_params invert_xaxis invert_yaxis add_patch add_artist add_line add_collection "
    "add_subplot add_axes add_gridspec subplots_adjust tight_layout suptitle supxlabel supylabel colorbar twinx "
    "twiny margins autoscale add_trace add_traces update_layout update_traces update_xaxes update_yaxes add_hline "
    "add_vline"
)
# numpy.org, random.Generator: drawing moves the generator on.
GENERATOR_METHODS = words(
    "integers random normal standard_normal uniform choice permutation permuted shuffle exponential poisson "
    "binomial beta gamma multivariate_normal multinomial bytes randint sample gauss choices triangular "
    "lognormvariate"
)
# Names people give to random generators; elsewhere `x.sample()` is a new frame.
GENERATOR_NAMES = words("rng gen generator random_state rs prng rand rnd r rng1 rng2 rng_")
# Names people give to axes and figures; elsewhere `df.plot()` changes nothing.
FIGURE_NAMES = ("ax", "fig", "axes", "axs", "figure", "subfig", "axis")
# Names people give to open files; elsewhere `x.read()` may read a whole thing anew.
FILE_NAMES = words("f fh fp file infile outfile handle reader stream buf buffer")
# networkx.org, Graph.
GRAPH_METHODS = words(
    "add_node add_nodes_from add_edge add_edges_from add_weighted_edges_from remove_node remove_nodes_from "
    "remove_edge remove_edges_from"
)

# docs.python.org, sqlite3 and PEP 249: the connection or cursor keeps what the statement did.
DATABASE_METHODS = words("execute executemany executescript")
# Objects of classes we have not seen: an imperative whose result is thrown away is there for what it changes.
# (Verbs by which things print, draw, log or send are left out: they change the world, not the object.)
IMPERATIVES = words(
    "acquire activate add adjust advance append apply_update assign_to attach bind bump buy charge checkin checkout "
    "clear complete configure connect credit deactivate debit decrease decrement delete deposit dequeue detach "
    "disable disconnect discard discharge drive earn eat enable enqueue evolve expand extend feed fill finish flip "
    "forget freeze grow heal hire inc increase increment initialize insert invalidate learn link lock mark move "
    "mutate normalize_ offer pause pay pop populate promote purchase push put rebuild receive record redo refill "
    "refresh register release remove rename_to replenish reserve reset resize_to restock restore resume reverse "
    "rotate_by seed sell set setup shrink shuffle shutdown spend start step stop store subscribe swap tick toggle "
    "train transfer undo unfreeze unlink unlock unregister unsubscribe update upgrade visit withdraw"
)
# Of these, those that change the object even where their value is kept (`job = queue.enqueue(x)`).
STRONG_IMPERATIVES = words("deposit withdraw enqueue dequeue push increment decrement")
# pandas.pydata.org, polars: new objects, although the name is an imperative.
NEW_OBJECT_METHODS = words(
    "set_index set_axis set_flags set_sorted add_prefix add_suffix reset_index reverse shift swapaxes swaplevel "
    "update_from store_result step_size set_index_names push_down swapcase"
)
# Names by which people import modules of their own; other cells' modules cannot be told apart otherwise.
MODULE_NAMES = words("utils util helpers helper lib tools common config settings constants st mlflow wandb nltk tqdm")

MUTATING_METHODS = (
    CONTAINER_METHODS | OPERATOR_METHODS | ARRAY_METHODS | ESTIMATOR_METHODS | GRAPH_METHODS | LOGGING_METHODS
)
# Methods that change a part of a module (`sys.path.append`, `plt.rcParams.update`); other calls of modules do not.
MODULE_PART_METHODS = words("append extend insert remove pop clear update setdefault")
# Methods that return the object itself, a view of it or a part.
SELF_METHODS = words("fit set_params set_output partial_fit eval train to __iter__ __enter__ setflags")
# numpy.org, pytorch.org: views of the array, or the array itself where it need not be copied.
ARRAY_VIEWS = words(
    "reshape ravel view squeeze transpose swapaxes diagonal unsqueeze detach numpy view_as expand_as permute"
)
PART_METHODS = words(
    "get setdefault items values __getitem__ get_group getroot find parameters named_parameters children modules "
    "get_layer get_children get_axes"
)
# matplotlib.org: what draws into these draws into the figure.
FIGURE_PARTS = words("add_subplot add_axes add_gridspec subplots subplot_mosaic gca twinx twiny get_figure subfigures")
FIGURE_MAKERS = words("subplots subplot_mosaic")
HOLDER_METHODS = words("copy")

# Functions that change an argument: dotted path (or the bare name, when imported in another cell) -> positions.
ARGUMENT_MUTATORS: Mapping[str, tuple[int, ...]] = {
    # docs.python.org
    "setattr": (0,),
    "delattr": (0,),
    "object.__setattr__": (0,),
    "object.__delattr__": (0,),
    "next": (0,),
    "anext": (0,),
    "importlib.reload": (0,),
    "random.shuffle": (0,),
    "heapq.heappush": (0,),
    "heapq.heappop": (0,),
    "heapq.heapify": (0,),
    "heapq.heapreplace": (0,),
    "heapq.heappushpop": (0,),
    "bisect.insort": (0,),
    "bisect.insort_left": (0,),
    "bisect.insort_right": (0,),
    "operator.setitem": (0,),
    "operator.delitem": (0,),
    "operator.iadd": (0,),
    "operator.iconcat": (0,),
    "operator.ior": (0,),
    "operator.isub": (0,),
    "operator.imul": (0,),
    "operator.iand": (0,),
    "operator.ixor": (0,),
    "numpy.ndarray.sort": (0,),
    "numpy.ndarray.fill": (0,),
    "numpy.ndarray.put": (0,),
    "numpy.ndarray.partition": (0,),
    "numpy.ndarray.resize": (0,),
    "pandas.DataFrame.insert": (0,),
    "pandas.DataFrame.pop": (0,),
    "pandas.DataFrame.update": (0,),
    "json.dump": (1,),
    "pickle.dump": (1,),
    "pickle.load": (0,),
    "shutil.copyfileobj": (0, 1),
    # numpy.org
    "numpy.random.shuffle": (0,),
    "numpy.fill_diagonal": (0,),
    "numpy.copyto": (0,),
    "numpy.clip": (3,),
    "numpy.add": (2,),
    "numpy.subtract": (2,),
    "numpy.multiply": (2,),
    "numpy.divide": (2,),
    "numpy.sqrt": (1,),
    "numpy.exp": (1,),
    "numpy.log": (1,),
    "numpy.abs": (1,),
    "numpy.negative": (1,),
    "numpy.dot": (2,),
    "numpy.matmul": (2,),
    "numpy.divide.at": (0,),
    "numpy.put": (0,),
    "numpy.place": (0,),
    "numpy.putmask": (0,),
    "numpy.put_along_axis": (0,),
    "numpy.add.at": (0,),
    "numpy.subtract.at": (0,),
    "numpy.multiply.at": (0,),
    "numpy.maximum.at": (0,),
    "numpy.minimum.at": (0,),
    # networkx.org
    "networkx.set_node_attributes": (0,),
    "networkx.set_edge_attributes": (0,),
    # pytorch.org
    "torch.nn.init.normal_": (0,),
    "torch.nn.init.zeros_": (0,),
    "torch.nn.init.xavier_uniform_": (0,),
}
# Functions that call their first argument with what the others hold.
_BUILTIN_TYPES = words("list dict set bytearray collections.deque collections.Counter collections.OrderedDict deque")


@lru_cache(maxsize=4096)
def mutated_arguments(path: str) -> tuple[int, ...]:
    """Which arguments a function of a module changes; `list.append(xs, x)` changes its first."""
    found = ARGUMENT_MUTATORS.get(path)
    if found is not None:
        return found
    owner, _, name = path.rpartition(".")
    if owner in _BUILTIN_TYPES and (name in MUTATING_METHODS or name in AMBIGUOUS_METHODS):
        return (0,)
    return ()


CALLS_ITS_ARGUMENT = frozenset(("map", "filter", "functools.reduce", "itertools.starmap", "functools.partial"))
BARE_MUTATORS: Mapping[str, tuple[int, ...]] = {
    name.rpartition(".")[2]: places
    for name, places in ARGUMENT_MUTATORS.items()
    if name.startswith(("random.", "heapq.", "bisect.")) or "." not in name
}

# Of the methods that change a container, those that put their arguments into it.
FILLING_METHODS = words(
    "append appendleft insert add extend extendleft update setdefault push put put_nowait enqueue __setitem__ fill"
)

# Functions whose value is, or holds parts of, their first argument.
VIEW_FUNCTIONS = words(
    "numpy.nditer iter vars memoryview numpy.asarray numpy.ravel numpy.reshape numpy.transpose numpy.swapaxes "
    "numpy.squeeze numpy.atleast_1d numpy.atleast_2d numpy.ascontiguousarray numpy.asanyarray numpy.expand_dims "
    "numpy.moveaxis numpy.rollaxis numpy.flip numpy.fliplr numpy.flipud numpy.rot90 numpy.split numpy.array_split "
    "numpy.hsplit numpy.vsplit numpy.atleast_3d numpy.lib.stride_tricks.sliding_window_view torch.from_numpy"
)
# scikit-learn: fitting a pipeline fits its steps; collections, types: writing through.
KEEPERS = words("Pipeline make_pipeline proxy")
RECORDS = words("SimpleNamespace Namespace Munch Bunch AttrDict")
KEEPERS_OF_FIRST = words("ChainMap")
HOLDER_FUNCTIONS = words(
    "list tuple set dict sorted reversed filter frozenset collections.deque collections.OrderedDict "
    "collections.Counter collections.defaultdict itertools.chain itertools.islice itertools.cycle itertools.tee "
    "itertools.takewhile itertools.dropwhile itertools.filterfalse itertools.compress itertools.accumulate copy.copy"
)
ROW_FUNCTIONS = words("zip_longest product permutations combinations pairwise batched")
ROW_MAKERS = ROW_FUNCTIONS | words("zip enumerate groupby from_iterable")
ROW_MAKERS |= frozenset(f"itertools.{name}" for name in ROW_MAKERS) | {"itertools.chain.from_iterable"}
PART_FUNCTIONS = words("getattr min max next random.choice operator.getitem")


def _is_frame_name(name: str | None) -> bool:
    return name is not None and (name.startswith("df") or name.endswith(("df", "frame", "_data")))


def _is_class_or_distribution(name: str | None) -> bool:
    """`Polynomial.fit(x, y)` and `scipy.stats`' `norm.fit(x)` give something new."""
    return name is not None and (name[:1].isupper() or name in DISTRIBUTIONS)


def mutates_receiver(method: str, *, used: bool, receiver_name: str | None) -> bool:
    """Whether calling `method` changes the object it is called on, as far as names tell."""
    if method in MUTATING_METHODS or method.startswith("fit_"):
        return not (method == "fit" and _is_class_or_distribution(receiver_name))
    if method in AMBIGUOUS_METHODS:
        return not used and not (method in FRAME_RETURNS and _is_frame_name(receiver_name))
    if receiver_name is None:
        return False
    if receiver_name.startswith(FIGURE_NAMES):
        return method in FIGURE_METHODS or method.startswith(("set_", "add_"))
    if method in GENERATOR_METHODS:
        return receiver_name.lower() in GENERATOR_NAMES
    if method in STREAM_METHODS:
        return not used or method not in ("read", "close") or receiver_name in FILE_NAMES
    if method.endswith("_") and not method.startswith("_") and not method.endswith("__"):
        return True
    return _is_imperative(method, used, receiver_name)


def _is_imperative(method: str, used: bool, receiver_name: str) -> bool:
    """`account.deposit(5)`: a verb that changes its object, of a class that is not known."""
    if method in NEW_OBJECT_METHODS or receiver_name in MODULE_NAMES or _is_frame_name(receiver_name):
        return False
    if not receiver_name[:1].islower() and receiver_name[:1] != "_":
        return False
    found = _VERB.match(method.strip("_"))
    verb = found[0] if found is not None else ""
    if used:
        return verb in STRONG_IMPERATIVES
    return verb in IMPERATIVES or method in DATABASE_METHODS
