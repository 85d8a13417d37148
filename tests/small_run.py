"""A run folder without training: random weights are enough to test what reads a network.

What is trained again needs a run that was trained: one epoch is enough for that.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.generation import generate
from klgnn.features import FEATURE_NAMES
from klgnn.models import build_network
from klgnn.run_config import RunConfig
from klgnn.runs import Run, RunFiles
from klgnn.training import train_again

VOCABULARY = ((0, 1, 2), (0, 1), (0,), (0,))
TRAINING = {"batch_size": 3000, "batch_unit": "nodes", "epochs": 1, "patience": 1}
TRAINING |= {"learning_rate": 0.003}


def make_dataset(folder: Path) -> IntervalDataset:
    """All intervals of S_4 up to isomorphism, and those of S_5."""
    return generate([4, 5], folder, select="classes")


def make_run(
    folder: Path,
    dataset: IntervalDataset,
    model: str = "davies2021",
    features: str = "degrees",
    blind: bool = False,
) -> Run:
    """Writes a run folder with the weights of an untrained network.

    If `blind`, the first layer's weights are zero, so that features do not reach the answer.
    """
    network_config = {"width": 8, "steps": 2}
    torch.manual_seed(11)
    network = build_network(model, network_config, len(FEATURE_NAMES[features]), VOCABULARY)
    if blind:
        encoder = network.encoder if model == "davies2021" else network.encoder[0]
        torch.nn.init.zeros_(encoder.weight)
    config = RunConfig(
        preset="default",
        seed=0,
        model=model,
        network=network_config,
        features=features,
        training=TRAINING,
        vocabulary=VOCABULARY,
        dataset_path=str(dataset.path.resolve()),
        dataset_fingerprint=dataset.fingerprint,
        threads=1,
    )
    folder.mkdir()
    (folder / RunFiles.CONFIG).write_text(config.to_toml(), encoding="utf-8")
    save_file(network.state_dict(), folder / RunFiles.WEIGHTS)
    (folder / RunFiles.METRICS).write_text(json.dumps(_metrics(dataset)), encoding="utf-8")
    return Run.open(folder)


def train_run(folder: Path, dataset: IntervalDataset) -> Run:
    """Trains a network of that size for one epoch, so that it can be trained again."""
    plan = make_run(folder.parent / f"{folder.name}-plan", dataset)
    return train_again(plan, folder, seed=0, threads=1, progress=False)


def _metrics(dataset: IntervalDataset) -> dict:
    """Results in the form of `klgnn.evaluation.Evaluation`; the numbers are made up."""
    graphs = dataset.read([schema.SPLIT], split="test").num_rows
    shares = {"network": 0.75, "majority": 0.5, "trees": 0.625}
    leak = {
        "rows": dataset.num_rows,
        "row_share": 0.0,
        "intervals": 3900,
        "interval_share": 0.99,
        "class_split_share": 0.0,
    }
    coefficients = [
        {
            "power": power,
            "counts": {"0": graphs},
            "unseen": 0,
            "accuracy": shares,
            "macro_f1": shares,
            "calibration_error": 0.1,
        }
        for power in (1, 2)
    ]
    test = {
        "split": "test",
        "graphs": graphs,
        "exact": shares,
        "exact_by_degree": {},
        "trees_training_exact": 0.9,
        "coefficients": coefficients,
        "leak": leak,
    }
    return {"test": test}
