"""Prints the reference values that the tests hold, with the versions that made them.

    python3 make_reference.py        # NumPy 2.x, PyTorch 2.x
"""
import numpy as np
import torch

print("numpy", np.__version__, "torch", torch.__version__)
x = torch.arange(1, 2 * 4 * 4 * 2 + 1, dtype=torch.float64).reshape(2, 4, 4, 2) * 0.1
k = torch.cos(torch.arange(3 * 3 * 2 * 2, dtype=torch.float64)).reshape(3, 3, 2, 2)
y = torch.nn.functional.conv2d(
    x.permute(0, 3, 1, 2), k.permute(3, 2, 0, 1), stride=2, padding=1).permute(0, 2, 3, 1)
print("conv2d", y.flatten().tolist())
x = torch.sin(torch.arange(1, 241, dtype=torch.float64) * 0.03).reshape(2, 5, 6, 4)
for shape, stride, padding, dilation, groups in [
        ((3, 2, 2, 6), (2, 1), (1, 0), (1, 2), 2), ((2, 3, 1, 8), (1, 2), (0, 1), (2, 1), 4),
        ((3, 3, 4, 3), (1, 3), (2, 1), (1, 1), 1)]:
    k = torch.cos(torch.arange(np.prod(shape), dtype=torch.float64)).reshape(shape)
    a, b = x.clone().requires_grad_(), k.clone().requires_grad_()
    y = torch.nn.functional.conv2d(
        a.permute(0, 3, 1, 2), b.permute(3, 2, 0, 1), stride=stride, padding=padding,
        dilation=dilation, groups=groups).permute(0, 2, 3, 1)
    total = (y * torch.cos(torch.arange(y.numel(), dtype=torch.float64) * 0.7).reshape(y.shape)).sum()
    total.backward()
    print("conv2d in groups", list(y.shape), y.flatten()[:3].tolist(), total.item(),
          (a.grad * x.cos()).sum().item(), (b.grad * k.sin()).sum().item())


def steps(make):
    p = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    optimizer = make([p])
    for _ in range(5):
        optimizer.zero_grad()
        (p**4).sum().backward()
        optimizer.step()
    return p.detach().tolist()


print("sgd", steps(lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)))
print("nesterov", steps(lambda p: torch.optim.SGD(p, lr=0.005, momentum=0.9, nesterov=True)))
print("adam", steps(lambda p: torch.optim.Adam(p, lr=0.1)))
print("adamw", steps(lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.01)))
print("rmsprop", steps(lambda p: torch.optim.RMSprop(p, lr=0.05)))
