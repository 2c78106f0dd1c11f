"""SciPy: scipy.stats.multivariate_normal for the components, scipy.special.logsumexp and softmax for the mixture."""
import numpy

from . import Question, package, serve

stats, special = package("scipy.stats", "SciPy", "python3-scipy"), package("scipy.special", "SciPy", "python3-scipy")


def answer(question: Question):
    question.only("log_density", "responsibilities")
    logs = numpy.stack([numpy.log(weight) + numpy.atleast_1d(stats.multivariate_normal.logpdf(question.points, mean, covariance))
                        for weight, mean, covariance in zip(question.weights, question.means, question.covariances)], axis=1)
    return special.logsumexp(logs, axis=1) if question.op == "log_density" else special.softmax(logs, axis=1)


if __name__ == "__main__":
    serve(answer, f"SciPy {package('scipy', 'SciPy', 'python3-scipy').__version__}")
