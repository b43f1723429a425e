"""What explanations of two small networks say by PyTorch: the golden files of Tests/FormantInsightTests/Golden.

    python tools/golden/explain.py Tests/FormantInsightTests/Golden

Written with torch 2.15.0, captum 0.9.0 and safetensors 0.8.0; each file names the versions in its metadata. Everything is
worked out in double precision from weights and inputs rounded to single, and stored in single precision.

`picture.safetensors`: two channels of 9 x 8; a convolution, batch norm, max pooling, a second convolution, a dense layer.
`sentence.safetensors`: 11 ids; filters of three and of two words over embeddings, max over time.
Each holds the weights under the names of Formant, `input`, `baseline`, `noise` (16 draws of a standard normal distribution),
`logits`, and per method and class `METHOD.CLASS`:
- saliency, gradient-x-input, smoothgrad (noise of 0.15 times the input's span), integrated-gradients (64 midpoints),
  guided-backprop: shaped like the input; of sentences like the matrix that the ids become;
- grad-cam: of the last convolution behind its rectifier (of sentences the sum over the two), bilinear, align_corners off;
- occlusion: boxes of 3 x 2, 2 apart each way (sentences: 1 x 2, 1 apart), set to the baseline; per position the mean over the
  boxes that cover it.
Where captum has the same method, it must agree before anything is written.
"""
import sys

import captum
import captum.attr as attr
import safetensors
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

SAMPLES, NOISE, STEPS = 16, 0.15, 64


class Picture(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.second, self.out = nn.Conv2d(6, 5, (2, 3)), nn.Linear(30, 4)
        self.early, self.late = nn.ReLU(), nn.ReLU()

    def forward(self, x):
        x = F.max_pool2d(self.early(self.norm(self.first(x))), 2)
        return self.out(self.late(self.second(x)).flatten(1))

    def maps(self):
        return [self.late]


class Sentence(nn.Module):
    """Behind its embeddings: batch x channels x 1 x words."""

    def __init__(self):
        super().__init__()
        self.three, self.two, self.out = nn.Conv1d(6, 5, 3), nn.Conv1d(6, 4, 2), nn.Linear(9, 3)
        self.threeRectified, self.twoRectified = nn.ReLU(), nn.ReLU()

    def forward(self, x):
        x = x.squeeze(2)
        branches = [self.threeRectified(self.three(x)), self.twoRectified(self.two(x))]
        return self.out(torch.cat([b.amax(2) for b in branches], 1))

    def maps(self):
        return [self.threeRectified, self.twoRectified]


def gradient(model, x, target):
    x = x.clone().requires_grad_()
    model(x)[:, target].sum().backward()
    return x.grad


def guided(model, x, target):
    handles = []
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            handles.append(module.register_full_backward_hook(lambda m, gin, gout: (F.relu(gin[0]),)))
    try:
        return gradient(model, x, target)
    finally:
        for handle in handles:
            handle.remove()


def grad_cam(model, x, target):
    total = 0
    for module in model.maps():
        kept = {}
        handle = module.register_forward_hook(lambda m, i, o: kept.update(a=o))
        y = model(x.clone().requires_grad_())[0, target]
        handle.remove()
        slope = torch.autograd.grad(y, kept["a"])[0]
        dims = tuple(range(2, slope.dim()))
        cam = (slope.mean(dims, keepdim=True) * kept["a"]).sum(1, keepdim=True)
        if cam.dim() == 3:
            cam = cam.unsqueeze(2)
        total = total + F.interpolate(cam.detach(), size=x.shape[2:], mode="bilinear", align_corners=False)
    return F.relu(total)


def occlusion(model, x, baseline, target, box, step):
    whole = model(x)[0, target]
    falls, counts = torch.zeros(x.shape[2:]).double(), torch.zeros(x.shape[2:]).double()
    tops = range(0, max(1, x.shape[2] - box[0] + step[0]), step[0])
    for top in tops:
        for left in range(0, max(1, x.shape[3] - box[1] + step[1]), step[1]):
            rows, columns = slice(top, top + box[0]), slice(left, left + box[1])
            other = x.clone()
            other[:, :, rows, columns] = baseline[:, :, rows, columns]
            falls[rows, columns] += (whole - model(other)[0, target]).detach()
            counts[rows, columns] += 1
    return falls / counts


def explain(model, x, baseline, noise, box, step):
    model.eval()
    out = {"baseline": baseline, "noise": noise, "logits": model(x)}
    deviation = NOISE * (x.max() - x.min())
    for target in range(out["logits"].shape[1]):
        slope = gradient(model, x, target)
        path = [baseline + (k + 0.5) / STEPS * (x - baseline) for k in range(STEPS)]
        results = {
            "saliency": slope.abs(),
            "gradient-x-input": slope * x,
            "smoothgrad": sum(gradient(model, x + deviation * n, target) for n in noise) / SAMPLES,
            "integrated-gradients": (x - baseline) * sum(gradient(model, p, target) for p in path) / STEPS,
            "guided-backprop": guided(model, x, target),
            "grad-cam": grad_cam(model, x, target),
            "occlusion": occlusion(model, x, baseline, target, box, step),
        }
        others = {
            "saliency": attr.Saliency(model).attribute(x.clone(), target=target),
            "gradient-x-input": attr.InputXGradient(model).attribute(x.clone().requires_grad_(), target=target),
            "integrated-gradients": attr.IntegratedGradients(model).attribute(
                x, baseline, target=target, n_steps=STEPS, method="riemann_middle"),
            "guided-backprop": attr.GuidedBackprop(model).attribute(x.clone().requires_grad_(), target=target),
        }
        if len(model.maps()) == 1:
            cam = attr.LayerGradCam(model, model.maps()[0]).attribute(x, target=target, relu_attributions=False)
            others["grad-cam"] = F.relu(attr.LayerAttribution.interpolate(cam, x.shape[2:], "bilinear"))
        for name, other in others.items():
            error = (other - results[name]).abs().max()
            assert error <= 1e-9 * results[name].abs().max() + 1e-12, f"{name}: captum differs by {error}"
        out |= {f"{name}.{target}": value for name, value in results.items()}
    return out


def write(path, tensors):
    versions = {"torch": torch.__version__.split("+")[0], "captum": captum.__version__, "safetensors": safetensors.__version__}
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, path, versions)


def weights(model):
    for parameter in model.parameters():
        parameter.data = parameter.data.float().double()
    return {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}


def single(x):
    return x.float().double()


def main(folder):
    torch.manual_seed(7)
    picture = Picture().double()
    with torch.no_grad():
        picture.norm.weight.uniform_(0.5, 1.5)
        picture.norm.bias.uniform_(-0.5, 0.5)
        picture.norm.running_mean.copy_(single(torch.randn(6) * 0.2))
        picture.norm.running_var.copy_(single(torch.rand(6) + 0.5))
    own = weights(picture)
    x, baseline = single(torch.randn(1, 2, 9, 8)), single(torch.randn(1, 2, 9, 8) * 0.1)
    noise = single(torch.randn(SAMPLES, 1, 2, 9, 8))
    write(f"{folder}/picture.safetensors",
          own | {"input": x} | explain(picture, x, baseline, noise, (3, 2), (2, 2)))

    sentence, table = Sentence().double(), nn.Embedding(13, 6).double()
    table.weight.data[0] = 0
    own = weights(sentence) | {"words.weight": weights(table)["weight"]}
    ids = torch.tensor([0, 0, 5, 3, 12, 7, 2, 9, 5, 0, 0])
    matrix = lambda ids: table(ids).T.reshape(1, 6, 1, -1).detach()
    noise = single(torch.randn(SAMPLES, 1, 6, 1, 11))
    write(f"{folder}/sentence.safetensors",
          own | {"input": ids} | explain(sentence, matrix(ids), matrix(ids * 0), noise, (1, 2), (1, 1)))


main(sys.argv[1])
