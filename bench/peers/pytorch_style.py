"""One gradient step of style transfer in PyTorch: the peer of `npm run bench -- style`.

Usage: python3 pytorch_style.py <config.json>, which says channels, size, threads and runs. Prints one
JSON object with the seconds of each run. Weights are random: they do not change the speed.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F


def blocks(channels):
    """Kernels and biases, block by block, as the encoder has them."""
    inputs, result = 3, []
    for block in channels:
        layers = []
        for outputs in block:
            layers.append((torch.randn(outputs, inputs, 3, 3) * 0.05, torch.zeros(outputs)))
            inputs = outputs
        result.append(layers)
    return result


def activations(image, network):
    result, x = [], image
    for number, block in enumerate(network):
        if number > 0:
            x = F.avg_pool2d(x, 2)
        for kernel, bias in block:
            x = F.relu(F.conv2d(x, kernel, bias, padding=1))
            result.append(x)
    return result


def gram(features):
    flat = features.flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


def main():
    with open(sys.argv[1]) as file:
        config = json.load(file)
    torch.manual_seed(0)
    torch.set_num_threads(config["threads"])
    network = blocks(config["channels"])
    width, height = config["width"], config["height"]
    with torch.no_grad():
        target = activations(torch.rand(1, 3, height, width), network)
        grams = [gram(target[layer]) for layer in config["styleLayers"]]
        content = target[config["contentLayer"]]
    image = torch.rand(1, 3, height, width, requires_grad=True)
    seconds = []
    for _ in range(config["runs"] + 1):
        began = time.perf_counter()
        found = activations(image, network)
        loss = ((found[config["contentLayer"]] - content) ** 2).sum()
        for layer, wanted in zip(config["styleLayers"], grams):
            loss = loss + ((gram(found[layer]) - wanted) ** 2).sum()
        (gradient,) = torch.autograd.grad(loss, image)
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"version": torch.__version__, "seconds": seconds[1:]}))


main()
