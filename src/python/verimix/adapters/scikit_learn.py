"""scikit-learn: sklearn.mixture.GaussianMixture with the parameters set, not fitted."""
from . import Question, package, serve

sklearn = package("sklearn", "scikit-learn", "python3-sklearn")
gaussian_mixture = package("sklearn.mixture._gaussian_mixture", "scikit-learn", "python3-sklearn")


def answer(question: Question):
    question.only("log_density", "responsibilities")
    model = gaussian_mixture.GaussianMixture(len(question.weights), covariance_type="full")
    model.weights_, model.means_, model.covariances_ = question.weights, question.means, question.covariances
    # As its own fit does: the inverse of each Cholesky factor.
    model.precisions_cholesky_ = gaussian_mixture._compute_precision_cholesky(question.covariances, "full")
    return model.score_samples(question.points) if question.op == "log_density" else model.predict_proba(question.points)


if __name__ == "__main__":
    serve(answer, f"scikit-learn {sklearn.__version__}")
