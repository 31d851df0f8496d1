"""Steps of fine-tuning with triplets in PyTorch: the peer of `npm run bench -- training`.

Usage: python3 pytorch_training.py <task.json>. The task holds the network as a list of ONNX operators,
the tensors as stretches of one file of float32, who is on which photo, and the number of runs. Prints
one JSON object with the losses and the seconds of each run.
"""

import json
import os
import sys
import time

import numpy
import torch
import torch.nn.functional as F


def read_tensors(path, stretches):
    data = numpy.fromfile(path, dtype=numpy.float32)
    tensors = {}
    for name, (shape, start, length) in stretches.items():
        tensors[name] = torch.from_numpy(data[start : start + length].copy()).reshape(shape)
    return tensors


def conv(inputs, attributes):
    x, weight = inputs[:2]
    bias = inputs[2] if len(inputs) > 2 else None
    pads = attributes.get("pads", [0, 0, 0, 0])
    assert pads[0] == pads[2] and pads[1] == pads[3]
    return F.conv2d(x, weight, bias, attributes.get("strides", [1, 1]), pads[:2])


def pool(function):
    def run(inputs, attributes):
        assert not any(attributes.get("pads", [0]))
        return function(inputs[0], attributes["kernel_shape"], attributes.get("strides"))

    return run


def pad(inputs, attributes):
    """ONNX has the ends of all axes after their starts; PyTorch goes from the last axis, in pairs."""
    widths = [int(width) for width in inputs[1]]
    axes = len(widths) // 2
    pairs = [(widths[axis], widths[axis + axes]) for axis in reversed(range(axes))]
    return F.pad(inputs[0], [width for pair in pairs for width in pair])


def gemm(inputs, attributes):
    a, b = inputs[:2]
    a = a.T if attributes.get("transA") else a
    b = b.T if attributes.get("transB") else b
    product = attributes.get("alpha", 1) * (a @ b)
    return product + attributes.get("beta", 1) * inputs[2] if len(inputs) > 2 else product


OPERATORS = {
    "Conv": conv,
    "Relu": lambda inputs, _: F.relu(inputs[0]),
    "Add": lambda inputs, _: inputs[0] + inputs[1],
    "Mul": lambda inputs, _: inputs[0] * inputs[1],
    "Div": lambda inputs, _: inputs[0] / inputs[1],
    "Sqrt": lambda inputs, _: torch.sqrt(inputs[0]),
    "ReduceSum": lambda inputs, _: inputs[0].sum([int(axis) for axis in inputs[1]], keepdim=True),
    "AveragePool": pool(F.avg_pool2d),
    "MaxPool": pool(F.max_pool2d),
    "GlobalAveragePool": lambda inputs, _: inputs[0].mean((2, 3), keepdim=True),
    "Pad": pad,
    "Concat": lambda inputs, attributes: torch.cat(inputs, attributes["axis"]),
    "Flatten": lambda inputs, attributes: inputs[0].flatten(attributes.get("axis", 1)),
    "MatMul": lambda inputs, _: inputs[0] @ inputs[1],
    "Gemm": gemm,
}


def forward(task, tensors):
    values = dict(tensors)
    for node in task["nodes"]:
        inputs = [values[name] for name in node["inputs"]]
        values[node["output"]] = OPERATORS[node["op"]](inputs, node["attributes"])
    return values[task["output"]]


def triplet_loss(encodings, positive, negative, margin):
    """All triplets of the batch, the mean over those above zero."""
    rows = encodings / torch.sqrt((encodings * encodings).sum(1, keepdim=True) + 1e-12)
    distances = 2 - 2 * rows @ rows.T
    gap = distances[:, :, None] - distances[:, None, :] + margin
    losses = F.relu(gap) * positive[:, :, None] * negative[:, None, :]
    return losses.sum() / (losses > 0).sum().clamp(min=1)


def main():
    with open(sys.argv[1]) as file:
        task = json.load(file)
    torch.set_num_threads(task["threads"])
    tensors = read_tensors(os.path.join(os.path.dirname(sys.argv[1]), "tensors.f32"), task["tensors"])
    parameters = [tensors[name].requires_grad_() for name in task["trained"]]
    optimizer = torch.optim.AdamW(parameters, lr=1e-6, weight_decay=0.01)
    people = torch.tensor(task["people"])
    same = (people[:, None] == people[None, :]).float()
    positive, negative = same - torch.eye(len(people)), 1 - same
    losses, seconds = [], []
    for _ in range(task["runs"] + 1):
        began = time.perf_counter()
        loss = triplet_loss(forward(task, tensors), positive, negative, task["margin"])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1)
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"version": torch.__version__, "losses": losses, "seconds": seconds[1:]}))


main()
