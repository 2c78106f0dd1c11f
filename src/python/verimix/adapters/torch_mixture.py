"""PyTorch: torch.distributions.MixtureSameFamily of MultivariateNormal; scores and Jacobians by autograd."""
from . import Question, Unsupported, package, serve

torch = package("torch", "PyTorch", "python3-torch")
torch.set_num_threads(1)
LARGEST_HESSIAN = 64  # autograd works it out row by row


def answer(question: Question):
    question.only("log_density", "score", "responsibilities", "jacobian", dtypes=("float64", "float32"))
    weights, means, covariances, x = (torch.from_numpy(v.copy()) for v in
                                      (question.weights, question.means, question.covariances, question.points))
    distributions = torch.distributions
    components = distributions.MultivariateNormal(means, covariance_matrix=covariances)
    mixing = distributions.Categorical(probs=weights)
    mixture = distributions.MixtureSameFamily(mixing, components)
    if question.op == "log_density":
        return mixture.log_prob(x)
    if question.op == "responsibilities":
        return torch.softmax(mixing.logits + components.log_prob(x[:, None, :]), dim=1)
    if question.op == "score":
        return torch.autograd.grad(mixture.log_prob(x.requires_grad_()).sum(), x)[0]
    if x.shape[1] > LARGEST_HESSIAN:
        raise Unsupported(f"a Hessian in dimension {x.shape[1]}")
    return torch.stack([torch.autograd.functional.hessian(lambda row: mixture.log_prob(row[None, :])[0], row) for row in x])


if __name__ == "__main__":
    serve(answer, f"PyTorch {torch.__version__}")
