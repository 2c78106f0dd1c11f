"""verimix itself, in double."""
from .. import Mixture, __version__, convert
from . import Question, Unsupported, serve


def answer(question: Question):
    if question.dtype != "float64":
        raise Unsupported(question.dtype)
    mixture, x = Mixture(question.weights, question.means, question.covariances), question.points
    if question.op != "prediction":
        return getattr(mixture, question.op)(x)
    return convert(mixture.score(x), x, question.process or "ou", question.time, "score", question.predicts)


if __name__ == "__main__":
    serve(answer, f"verimix {__version__}")
