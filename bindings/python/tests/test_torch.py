"""`kullback.torch` beside PyTorch: by the engine, and by PyTorch's operations as on other devices."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

import torch.nn.functional as F  # noqa: E402

import kullback  # noqa: E402
import kullback.torch as kt  # noqa: E402

ABSENT = -math.inf
torch.manual_seed(3)
Z = torch.randn(4, 3, 6, dtype=torch.float64) * 2
TARGET = torch.randn(4, 3, 6, dtype=torch.float64).softmax(-1)
TEACHER = torch.randn(4, 3, 6, dtype=torch.float64)
CLASSES = torch.randint(0, 6, (4, 3))
CLASS_WEIGHTS = torch.tensor([0.5, 2.0, 0.0, 1.0, 3.0, 0.7], dtype=torch.float64)


@pytest.fixture(params=["engine", "operations"])
def by(request, monkeypatch):
    """Both ways to compute a loss; the second is that of other devices, here on the processor."""
    if request.param == "operations":
        monkeypatch.setattr(kt, "_is_read", lambda tensor: False)
        monkeypatch.setattr(kt, "_by_engine", lambda *given: pytest.fail("the engine was asked"))
    return request.param


CALLS = {
    "cross_entropy of classes": lambda z: kt.cross_entropy(z, CLASSES),
    "cross_entropy smoothed": lambda z: kt.cross_entropy(z, CLASSES, label_smoothing=0.1, temperature=1.7),
    "cross_entropy weighted": lambda z: kt.cross_entropy(z, TARGET, class_weights=CLASS_WEIGHTS),
    "cross_entropy ignoring": lambda z: kt.cross_entropy(z, CLASSES, ignore_index=2, reduction="none"),
    "kl_target_model": lambda z: kt.kl_target_model(z, TARGET),
    "kl_target_model of logits": lambda z: kt.kl_target_model(z, TEACHER, from_logits=True, target_temperature=0.5),
    "kl_target_model of masses": lambda z: kt.kl_target_model(z, 3 * TARGET, normalize=None, reduction="sum"),
    "kl_target_model normalised": lambda z: kt.kl_target_model(z, 3 * TARGET, normalize=True),
    "kl_from_logits": lambda z: kt.kl_from_logits(TEACHER, z, temperature=2.0),
    "kl_model_target": lambda z: kt.kl_model_target(z, TARGET, temperature=0.7),
    "symmetric_kl": lambda z: kt.symmetric_kl(z, TARGET, reduction="none"),
    "js": lambda z: kt.js(z, TARGET, beta=0.3),
    "cross_entropy_model_target": lambda z: kt.cross_entropy_model_target(z, TARGET),
    "distillation": lambda z: kt.distillation(z, TEACHER, temperature=3.0),
    "squared_error": lambda z: kt.squared_error(z, TARGET, weights=CLASSES > 1),
    "entropy": lambda z: kt.entropy(z, weights=torch.linspace(0, 1, 12).reshape(4, 3), reduction="mean_over_all_rows"),
    "consistency": lambda z: kt.consistency(z, TEACHER, confidence=0.4),
}


@pytest.mark.parametrize("name", CALLS)
def test_gradients_are_central_differences(by, name):
    z = Z.clone().requires_grad_()
    assert torch.autograd.gradcheck(CALLS[name], z)


@pytest.mark.parametrize("name", CALLS)
def test_both_ways_agree(monkeypatch, name):
    first, second = Z.clone().requires_grad_(), Z.clone().requires_grad_()
    there = CALLS[name](first)
    monkeypatch.setattr(kt, "_is_read", lambda tensor: False)
    here = CALLS[name](second)
    torch.testing.assert_close(here, there, rtol=1e-12, atol=1e-14)
    there.sum().backward()
    here.sum().backward()
    torch.testing.assert_close(second.grad, first.grad, rtol=1e-11, atol=1e-14)


def both(ours, theirs):
    """Value and gradient of ours and of PyTorch's."""
    z, other = Z.clone().requires_grad_(), Z.clone().requires_grad_()
    found, expected = ours(z), theirs(other)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-14)
    found.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(z.grad, other.grad, rtol=1e-11, atol=1e-14)


def flat(z):
    return z.reshape(-1, 6)


def test_cross_entropy_is_pytorchs(by):
    both(lambda z: kt.cross_entropy(z, CLASSES), lambda z: F.cross_entropy(flat(z), flat_classes()))
    both(
        lambda z: kt.cross_entropy(z, CLASSES, label_smoothing=0.2),
        lambda z: F.cross_entropy(flat(z), flat_classes(), label_smoothing=0.2),
    )
    both(lambda z: kt.cross_entropy(z, TARGET), lambda z: F.cross_entropy(flat(z), flat(TARGET)))
    both(
        lambda z: kt.cross_entropy(z, CLASSES, reduction="none"),
        lambda z: F.cross_entropy(flat(z), flat_classes(), reduction="none").reshape(4, 3),
    )


def flat_classes():
    return CLASSES.reshape(-1)


def test_ignore_index_is_pytorchs_when_it_is_asked_for(by):
    target = CLASSES.clone()
    target[0, 0] = target[2, 1] = -100
    both(
        lambda z: kt.cross_entropy(z, target, ignore_index=-100, label_smoothing=0.1),
        lambda z: F.cross_entropy(flat(z), target.reshape(-1), label_smoothing=0.1),
    )
    nothing = torch.full_like(target, -100)
    assert F.cross_entropy(flat(Z), nothing.reshape(-1)).isnan()


def test_the_mean_with_class_weights_divides_by_rows(by):
    v = CLASS_WEIGHTS
    # PyTorch's divides by the weights of the right classes.
    both(
        lambda z: kt.cross_entropy(z, CLASSES, weights=v[CLASSES]),
        lambda z: F.cross_entropy(flat(z), flat_classes(), weight=v),
    )
    for smoothing in (0.0, 0.3):
        both(
            lambda z: kt.cross_entropy(z, CLASSES, class_weights=v, label_smoothing=smoothing, reduction="sum"),
            lambda z: F.cross_entropy(flat(z), flat_classes(), weight=v, label_smoothing=smoothing, reduction="sum"),
        )
        both(
            lambda z: kt.cross_entropy(z, CLASSES, class_weights=v, label_smoothing=smoothing) * 12 / v[CLASSES].sum(),
            lambda z: F.cross_entropy(flat(z), flat_classes(), weight=v, label_smoothing=smoothing),
        )


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
def test_kl_is_pytorchs_with_the_arguments_exchanged(by):
    both(
        lambda z: kt.kl_target_model(z, TARGET, reduction="mean_over_all_rows"),
        lambda z: F.kl_div(flat(z.log_softmax(-1)), flat(TARGET), reduction="batchmean"),
    )
    both(
        lambda z: kt.kl_target_model(z, TEACHER.log_softmax(-1), from_logits=True, reduction="sum"),
        lambda z: F.kl_div(z.log_softmax(-1), TEACHER.log_softmax(-1), log_target=True, reduction="sum"),
    )
    # batchmean divides by the first axis alone; mean, the default, by all elements.
    both(
        lambda z: kt.kl_target_model(z, TARGET) * 3,
        lambda z: F.kl_div(z.log_softmax(-1), TARGET, reduction="batchmean"),
    )
    both(lambda z: kt.kl_target_model(z, TARGET) / 6, lambda z: F.kl_div(z.log_softmax(-1), TARGET, reduction="mean"))
    # Log-probabilities of the model are its logits too.
    both(
        lambda z: kt.kl_target_model(z.log_softmax(-1), TARGET, reduction="none"),
        lambda z: F.kl_div(z.log_softmax(-1), TARGET, reduction="none").sum(-1),
    )


def test_kl_is_that_of_distributions(by):
    categorical = torch.distributions.Categorical
    kl = torch.distributions.kl_divergence
    both(
        lambda z: kt.kl_from_logits(TEACHER, z, reduction="none"),
        lambda z: kl(categorical(logits=TEACHER), categorical(logits=z)),
    )
    both(
        lambda z: kt.kl_model_target(z, TEACHER, from_logits=True, reduction="none"),
        lambda z: kl(categorical(logits=z), categorical(logits=TEACHER)),
    )


def test_where_pytorch_is_nan(by):
    z = torch.tensor([[0.0, 0.0, ABSENT]], requires_grad=True)
    p = torch.tensor([[1.0, 0.0, 0.0]])
    value = kt.kl_target_model(z, p)
    value.backward()
    assert value.item() == pytest.approx(math.log(2)) and z.grad.tolist() == [[-0.5, 0.5, 0.0]]
    # p = 0 meets ln q = −∞, and 0·∞ is NaN.
    assert F.kl_div(z.detach().log_softmax(-1), p, reduction="batchmean").isnan()
    assert F.cross_entropy(z.detach(), p).isnan() and kt.cross_entropy(z, p).item() == value.item()
    both_absent = torch.tensor([0.0, 1.0, ABSENT])
    same = F.kl_div(both_absent.log_softmax(-1), both_absent.log_softmax(-1), log_target=True, reduction="sum")
    assert same.isnan()
    assert kt.kl_target_model(both_absent, both_absent, from_logits=True).item() == 0.0


@pytest.mark.parametrize("name", ["kl_target_model", "kl_model_target", "symmetric_kl", "js", "cross_entropy",
                                  "cross_entropy_model_target", "squared_error"])
def test_limits_are_the_same_both_ways(monkeypatch, name):
    z = torch.tensor([[0.0, 1.0, ABSENT], [1.0, ABSENT, 0.0], [0.5, 0.2, 0.1]], dtype=torch.float64)
    p = torch.tensor([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.3, 0.7]], dtype=torch.float64)
    found = []
    for read in (True, False):
        monkeypatch.setattr(kt, "_is_read", lambda tensor: read)
        there = z.clone().requires_grad_()
        value = getattr(kt, name)(there, p, reduction="none")
        value.sum().backward()
        found.append((value.detach(), there.grad))
        assert not value.isnan().any() and not there.grad.isnan().any()
    torch.testing.assert_close(found[0][0], found[1][0])
    torch.testing.assert_close(found[0][1], found[1][1])


def test_rows_that_nearly_agree_in_float32(by):
    """A step of training: PyTorch's log-softmax is off by more than 20 times the divergence, and may be negative."""
    generator = torch.Generator().manual_seed(1)
    a = 3 * torch.randn(8, 32000, generator=generator)
    b = a + 1e-4 * torch.randn(8, 32000, generator=generator)
    wide = [x.double().log_softmax(-1) for x in (a, b)]
    x = wide[1] - wide[0]
    reference = (wide[0].exp() * (torch.expm1(x) - x)).sum(-1)
    assert (reference < 1e-8).all()
    ours = kt.kl_from_logits(a, b, reduction="none").double()
    assert ((ours / reference - 1).abs() < 1e-5).all()
    theirs = F.kl_div(b.log_softmax(-1), a.log_softmax(-1), log_target=True, reduction="none").sum(-1).double()
    assert ((theirs / reference - 1).abs() > 20).any()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_narrow_types_are_computed_in_float32(by, dtype):
    z = Z.to(dtype).requires_grad_()
    value = kt.cross_entropy(z, CLASSES)
    value.backward()
    assert value.dtype == torch.float32 and z.grad.dtype == dtype
    wide = z.detach().float().requires_grad_()
    expected = F.cross_entropy(flat(wide), flat_classes())
    expected.backward()
    torch.testing.assert_close(value, expected, rtol=2e-6, atol=0)
    torch.testing.assert_close(z.grad.float(), wide.grad, rtol=2e-2 if dtype != torch.float32 else 1e-5, atol=1e-6)


def test_the_graph_goes_on(by):
    layer = torch.nn.Linear(5, 6)
    loss = kt.kl_target_model(layer(torch.randn(7, 5)), torch.full((7, 6), 1 / 6)) * 2
    (loss + kt.penalty(layer.parameters(), l2=0.1)).backward()
    assert layer.weight.grad.abs().sum() > 0
    with torch.no_grad():
        assert not kt.entropy(layer(torch.randn(2, 5))).requires_grad


def test_a_view_is_read_where_it_lies(by):
    z = torch.randn(6, 4, dtype=torch.float64).t()
    assert kt.entropy(z).item() == pytest.approx(kt.entropy(z.contiguous()).item(), rel=1e-15)


def test_consistency_is_cut_from_the_graph(by):
    plain = torch.tensor([[4.0, 0.0, 0.0], [0.1, 0.0, 0.0]], requires_grad=True)
    follows = torch.randn(2, 3, requires_grad=True)
    loss = kt.consistency(follows, plain, sharpen=0.4, confidence=0.8)
    loss.backward()
    p = (plain.detach()[0] / 0.4).softmax(-1)
    expected = F.kl_div(follows.detach()[0].log_softmax(-1), p, reduction="sum") / 2
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert plain.grad is None and follows.grad[1].tolist() == [0.0, 0.0, 0.0]


def test_penalty(by, monkeypatch):
    tensors = [torch.randn(3, 2, dtype=torch.float64), torch.randn(4, dtype=torch.float64)]
    for tensor in tensors:
        tensor.requires_grad_()
    assert torch.autograd.gradcheck(lambda *w: kt.penalty(w, l1=0.3, l2=0.7), tensors)
    value = kt.penalty(tensors, l1=0.3, l2=0.7).item()
    expected = sum(0.3 * w.abs().sum() + 0.35 * w.square().sum() for w in tensors)
    assert value == pytest.approx(expected.item(), rel=1e-6)


WRONG = [
    (lambda: kt.cross_entropy(torch.tensor([[0.0, math.nan]]), torch.tensor([0])), "class 1 in row 0 is NaN"),
    (lambda: kt.cross_entropy(torch.tensor([[ABSENT, ABSENT]]), torch.tensor([0])), "row 0 gives no class a chance"),
    (lambda: kt.cross_entropy(torch.tensor([[0.0, 1.0]]), torch.tensor([-100])), "say ignore_index=-100"),
    (lambda: kt.cross_entropy(torch.tensor([[0.0, 1.0]]), torch.tensor([2])), "row 0 has class 2"),
    (lambda: kt.cross_entropy(torch.tensor([0.0, 1.0]), torch.tensor([0.5, 0.6])), "sums to 1.1"),
    (lambda: kt.cross_entropy(torch.zeros(2, 3), torch.tensor([0])), r"target has the shape \[1\]"),
    (lambda: kt.cross_entropy(torch.zeros(1, 2), torch.tensor([1]), ignore_index=1), "no row is kept"),
    (lambda: kt.entropy(torch.zeros(1, 2), weights=torch.tensor([-1.0])), "the weight of row 0 is -1"),
    (lambda: kt.entropy(torch.zeros(2), temperature=0.0), "the temperature is 0"),
    (lambda: kt.entropy(torch.zeros(2), reduction="mean"), "there is no reduction 'mean'"),
    (lambda: kt.js(torch.zeros(2), torch.tensor(1), beta=0.0), "β"),
    (lambda: kt.penalty([]), "no parameters"),
    (lambda: kt.penalty(torch.tensor([math.nan]), l1=1.0), "parameter 0 is NaN"),
]


@pytest.mark.parametrize("call, says", WRONG)
@pytest.mark.parametrize("read", [True, False])
def test_errors_are_the_same_both_ways(monkeypatch, read, call, says):
    monkeypatch.setattr(kt, "_is_read", lambda tensor: read)
    with pytest.raises(kullback.Error, match=says):
        call()


def test_targets_are_constant():
    with pytest.raises(TypeError, match=r"target is constant in a loss, and requires a gradient: say target.detach\(\)"):
        kt.kl_target_model(Z, TARGET.clone().requires_grad_())


def test_there_is_no_second_derivative():
    z = Z.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(kt.entropy(z), z, create_graph=True)
    with pytest.raises(RuntimeError):
        gradient.sum().backward()


def test_tensors_are_the_same_numbers_for_measures_and_losses():
    value, _ = kullback.loss.cross_entropy(Z, CLASSES)
    assert value == kt.cross_entropy(Z, CLASSES).item()
    np.testing.assert_allclose(
        kullback.kl(TARGET, Z.softmax(-1)), kt.kl_target_model(Z, TARGET, reduction="none"), rtol=1e-9
    )
