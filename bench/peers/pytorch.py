"""PyTorch, on CUDA where there is a GPU: python3 pytorch.py WORKLOAD WIDTH [--tf32] [--compile].

Answers the requests that contestant.ts describes.
"""

import json
import os
import sys
import time


def reply(**values):
    print(json.dumps(values), flush=True)


def give_up(reason):
    reply(error=reason)
    sys.exit()


try:
    import torch
    import torch.nn.functional as F

    import pytorch_model as model
except ImportError as problem:
    give_up(f"{problem} in {sys.executable}: name a Python that has it with --python")

MINIMUM_SECONDS = 0.25
CUDA = torch.cuda.is_available()
DEVICE = "cuda" if CUDA else "cpu"
INPUTS = ["source", "target", "source_heat", "target_heat", "maps", "regions"]


def read_workload(path):
    """The tensors of a safetensors file, all of them float32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    header.pop("__metadata__")
    whole = torch.frombuffer(data, dtype=torch.float32).to(DEVICE)
    return {
        name: whole[entry["data_offsets"][0] // 4 : entry["data_offsets"][1] // 4].view(entry["shape"])
        for name, entry in header.items()
    }


def training_step(weights, inputs, compiled):
    """A step of the discriminator and one of the generator, as in the paper; trains weights of its own."""
    weights = {name: w.detach().clone().requires_grad_() for name, w in weights.items()}
    networks = ["generator.", "discriminator."]
    parameters = [[w for name, w in weights.items() if name.startswith(network)] for network in networks]
    painter, critic = [
        torch.optim.Adam(part, lr=2e-4, betas=(0.5, 0.999), **({"fused": True} if CUDA else {})) for part in parameters
    ]
    generator, discriminator_loss, generator_loss = map(
        compiled, [model.generator, model.discriminator_loss, model.generator_loss]
    )

    def descend(optimizer, part, loss):
        for w, gradient in zip(part, torch.autograd.grad(loss, part)):
            w.grad = gradient
        optimizer.step()

    def step():
        with torch.no_grad():
            fake = generator(weights, inputs, True)
        descend(critic, parameters[1], discriminator_loss(weights, fake, inputs))
        descend(painter, parameters[0], generator_loss(weights, inputs))

    return step


def layer_pass(layer, which):
    x, weight, upstream = (torch.randn(layer[key], device=DEVICE) for key in ["input", "weight", "output"])
    convolution = F.conv_transpose2d if layer["transposed"] else F.conv2d
    options = {"stride": layer["stride"], "padding": layer["padding"]}
    if which == "forward":
        return lambda: convolution(x, weight, **options)
    wanted = (x if which == "input" else weight).requires_grad_()
    y = convolution(x, weight, **options)
    return lambda: torch.autograd.grad(y, wanted, upstream, retain_graph=True)


class Contestant:
    def __init__(self, workload, compiled):
        self.weights = {name: w.clone().requires_grad_() for name, w in workload.items() if name not in INPUTS}
        self.inputs = {name: workload[name] for name in INPUTS}
        self.compiled = compiled
        self.launches = {}

    def answer(self, request):
        if request["command"] == "outputs":
            self.write_outputs(request["path"], request["warps"])
            return {}
        key = json.dumps(request["task"])
        if key not in self.launches:
            self.launches[key] = self.prepare(request["task"])
        return {"milliseconds": self.measure(self.launches[key], request["once"]) * 1e3}

    def prepare(self, task):
        if task["kind"] == "layer":
            return layer_pass(task["layer"], task["pass"])
        inputs = {name: value[: task["batch"]].contiguous() for name, value in self.inputs.items()}
        if task["kind"] == "step":
            return training_step(self.weights, inputs, self.compiled)
        generator = self.compiled(model.generator)

        def forward():
            with torch.no_grad():
                generator(self.weights, inputs, False)

        return forward

    def measure(self, launch, once):
        """Seconds of a launch: of one, or the mean of as many as fill the shortest measurement."""

        def timed(count):
            start = time.perf_counter()
            for _ in range(count):
                launch()
            if CUDA:
                torch.cuda.synchronize()
            return (time.perf_counter() - start) / count

        first = timed(1)
        return first if once or first >= MINIMUM_SECONDS else timed(int(MINIMUM_SECONDS / first) + 1)

    def write_outputs(self, path, warps):
        with torch.no_grad():
            painted = model.generator(self.weights, self.inputs, False, warps)
            logits = model.discriminator(self.weights, painted, self.inputs)
        with open(path, "wb") as file:
            file.write(torch.cat([painted.flatten(), logits.flatten()]).cpu().numpy().tobytes())


def main():
    flags = sys.argv[3:]
    if "--tf32" in flags and not CUDA:
        give_up("TF32 needs CUDA")
    if "--compile" in flags and not hasattr(torch, "compile"):
        give_up(f"torch.compile needs PyTorch 2, this is {torch.__version__}")
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = "--tf32" in flags
    compiled = torch.compile if "--compile" in flags else lambda function: function
    contestant = Contestant(read_workload(sys.argv[1]), compiled)
    device = torch.cuda.get_device_name() if CUDA else f"CPU, {torch.get_num_threads()} threads"
    reply(device=device, version=f"PyTorch {torch.__version__}")
    for line in sys.stdin:
        try:
            reply(**contestant.answer(json.loads(line)))
        except Exception as problem:
            reply(error=repr(problem))


main()
