"""What a textbook's formulas give in NumPy: inverses, log-determinants, and the log-sum-exp of the components."""
import numpy

from . import Question, serve


def answer(question: Question):
    question.only("log_density", "score", "responsibilities", "jacobian", dtypes=("float64", "float32"))
    d = question.points.shape[1]
    precisions = numpy.linalg.inv(question.covariances)
    log_determinants = numpy.linalg.slogdet(question.covariances)[1]
    z = question.points[:, None, :] - question.means
    gradients = numpy.einsum("kij,nkj->nki", precisions, z)
    constant = numpy.log(question.weights) - (d * numpy.log(2 * numpy.pi) + log_determinants) / 2
    logs = (constant - numpy.einsum("nki,nki->nk", z, gradients) / 2).astype(z.dtype)
    top = logs.max(axis=1, keepdims=True)
    total = numpy.exp(logs - top).sum(axis=1, keepdims=True)
    weights = numpy.exp(logs - top) / total
    if question.op == "log_density":
        return (top + numpy.log(total))[:, 0]
    if question.op == "responsibilities":
        return weights
    score = -numpy.einsum("nk,nki->ni", weights, gradients)
    if question.op == "score":
        return score
    second = numpy.einsum("nk,nki,nkj->nij", weights, gradients, gradients) - numpy.einsum("nk,kij->nij", weights, precisions)
    return second - numpy.einsum("ni,nj->nij", score, score)


if __name__ == "__main__":
    serve(answer, f"NumPy {numpy.__version__}")
