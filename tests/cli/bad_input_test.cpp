// Bad usage and bad input through the real program: exit status 2, nothing on standard output, and one line that says
// what was wrong.
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace verimix {
namespace {

constexpr const char* two_bumps = R"({"format": "verimix.mixture/1", "name": "two-bumps", "dimension": 2,
 "components": [
   {"weight": "1/3", "mean": ["0", "1.5"], "covariance": [["1", "0.25"], ["0.25", "2"]]},
   {"weight": "2/3", "mean": [-1, 0],      "covariance": [[1, 0], [0, 1]]}]})";

class BadInput : public ::testing::Test {
 protected:
  BadInput() {
    write("m.json", two_bumps);
    write("p.csv", "0,1\n2,3\n");
  }
  void write(std::string_view name, std::string_view bytes) const { program_.folder().write(name, bytes); }
  /// The example mixture with one piece of its text replaced, as bad.json.
  void edit_mixture(const std::string& from, const std::string& to) const {
    std::string text = two_bumps;
    text.replace(text.find(from), from.size(), to);
    write("bad.json", text);
  }
  void expect_refused(const std::vector<std::string>& arguments, const std::string& line) const {
    const auto result = program_.run(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors, "verimix: error: " + line + "\n");
  }
  void expect_mixture_refused(const std::string& line) const {
    expect_refused({"score", "bad.json", "--points", "p.csv"}, "bad.json: " + line);
  }
  void expect_points_refused(const std::string& name, const std::string& bytes, const std::string& line) const {
    write(name, bytes);
    expect_refused({"score", "m.json", "--points", name}, name + ": " + line);
  }

  support::Program program_;
};

TEST_F(BadInput, Weights) {
  edit_mixture("\"2/3\"", "\"1/2\"");
  expect_mixture_refused("components[*].weight: value \"5/6\": expected weights that sum to 1 exactly");
  edit_mixture("\"1/3\"", "\"-1/3\"");
  expect_mixture_refused("components[0].weight: value \"-1/3\": expected a weight >= 0");
  edit_mixture("\"1/3\"", "\"NaN\"");
  expect_mixture_refused(
      "components[0].weight: value \"NaN\": expected a decimal, a fraction of integers or a hexadecimal float");
  edit_mixture("\"1/3\"", "NaN");
  expect_mixture_refused("line 3, column 15: value \"\"weight\": N\": expected valid JSON");
}

TEST_F(BadInput, Covariances) {
  edit_mixture("[\"0.25\", \"2\"]", "[\"0.5\", \"2\"]");
  expect_mixture_refused("components[0].covariance[1][0]: value \"1/2\": expected the mirrored entry 1/4 (symmetry)");
  edit_mixture("[[1, 0], [0, 1]]", "[[1, 2], [2, 1]]");
  expect_mixture_refused(
      "components[1].covariance: value \"an indefinite matrix\": expected a positive definite (or semidefinite) "
      "covariance");
  edit_mixture("[[1, 0], [0, 1]]", "[[1]]");
  expect_mixture_refused("components[1].covariance: value \"1 entries\": expected 2, the dimension");
  edit_mixture("[[1, 0], [0, 1]]", "[[1, 1], [1, 1]]");
  expect_mixture_refused(
      "components[1].covariance: value \"a semidefinite matrix\": expected a positive definite covariance at time 0; "
      "with "
      "--time > 0 a semidefinite one will do");
  EXPECT_EQ(program_.run({"score", "bad.json", "--points", "p.csv", "--time", "1/10"}).status, 0);
}

TEST_F(BadInput, MixtureDocuments) {
  edit_mixture("\"dimension\": 2", "\"dimension\": 0");
  expect_mixture_refused("dimension: value \"0\": expected an integer from 1 to 4096");
  edit_mixture("\"name\"", "\"colour\"");
  expect_mixture_refused(
      "document: value \"colour\": expected no member other than components, dimension, format, name");
  edit_mixture("[-1, 0]", "[-1, \"zero\"]");
  expect_mixture_refused(
      "components[1].mean[1]: value \"zero\": expected a decimal, a fraction of integers or a hexadecimal float");
  write("bad.json", std::string(two_bumps).substr(0, 100));
  expect_mixture_refused("line 3, column 14: expected more JSON, but the document ends here");
  write("bad.json", "");
  expect_mixture_refused("line 1, column 1: expected more JSON, but the document ends here");
}

TEST_F(BadInput, PointsInCsv) {
  expect_points_refused("empty.csv", "", "content: expected at least one row of numbers");
  expect_points_refused("ragged.csv", "1,2\n3\n", "row 2: value \"1 numbers\": expected 2, as in row 1");
  expect_points_refused("text.csv", "1,2\n3,four\n", "row 2, column 2: value \"four\": expected a finite number");
  expect_points_refused("nan.csv", "1,2\n3,nan\n",
                        "row 2, column 2: value \"nan\": expected a finite number in the range of the precision");
  expect_points_refused("inf.csv", "x,y\n1,2\n-inf,4\n",
                        "row 2, column 1: value \"-inf\": expected a finite number in the range of the precision");
  expect_points_refused("three.csv", "1,2,3\n", "points: value \"dimension 3\": expected dimension 2, that of m.json");
}

TEST_F(BadInput, PointsInOtherFormats) {
  const auto npy = [](std::string header, const std::string& data) {
    header += '\n';
    return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header + data;
  };
  expect_points_refused("big.npy",
                        npy("{'descr': '>f8', 'fortran_order': False, 'shape': (1, 2), }", std::string(16, '\0')),
                        "descr: value \"'>f8'\": expected '<f8', little-endian float64, not big-endian");
  expect_points_refused("cut.npy",
                        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", std::string(9, '\0')),
                        "data: value \"9 bytes\": expected 16 bytes for shape (1, 2) (truncated)");
  expect_points_refused("head.npy", "\x93NUM", "header: expected more bytes, but the file ends here (truncated)");
  expect_points_refused("empty.npy", "", "content: expected at least one row of numbers");
  expect_points_refused("p.json", "[[1, 2], [3", "line 1, column 11: expected more JSON, but the document ends here");
  expect_points_refused("p.json", "[[1, 2], [3]]", "row 2: value \"1 numbers\": expected 2, as in row 1");
  write("p.txt", "1,2\n");
  expect_refused({"score", "m.json", "--points", "p.txt"},
                 "path: value \"p.txt\": expected a name that ends in .csv, .npy or .json");
}

TEST_F(BadInput, Paths) {
  expect_refused({"score", "missing.json", "--points", "p.csv"},
                 "path: value \"missing.json\": expected a file that can be read (No such file or directory)");
  expect_refused({"score", ".", "--points", "p.csv"},
                 "path: value \".\": expected a file that can be read, not a directory");
  expect_refused({"instance", "over1", "--output", "missing/x.json"},
                 "path: value \"missing/x.json\": expected a path that can be written (No such file or directory)");
  expect_refused({"instance", "over1", "--output", "."},
                 "path: value \".\": expected a path that can be written, not a directory");
  expect_refused({"sample", "m.json", "--count", "3", "--output", "missing/x.csv"},
                 "path: value \"missing/x.csv\": expected a path that can be written (No such file or directory)");
}

TEST_F(BadInput, AFullDevice) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this machine";
  expect_refused({"instance", "over1", "--output", "/dev/full"},
                 "path: value \"/dev/full\": expected a path that can be written (No space left on device)");
  const auto result = program_.run({"instance", "over1"}, "/dev/full");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(
      result.errors,
      "verimix: error: standard output: value \"No space left on device\": expected a stream that can be written\n");
}

TEST_F(BadInput, Verbs) {
  const std::string known =
      "expected one of instance, score, distance, experiment, ledger, learn, power, report, sample, check, hunt, "
      "vectors, validate";
  expect_refused({}, "verb: " + known);
  expect_refused({"scores"}, "verb: value \"scores\": " + known);
}

TEST_F(BadInput, Flags) {
  const std::string help = " (`verimix score --help` says what is expected)";
  expect_refused({"score", "m.json", "--points", "p.csv", "--colour"},
                 "command line: The following argument was not expected: --colour" + help);
  expect_refused({"score", "m.json"}, "command line: --points is required" + help);
  expect_refused({"score", "m.json", "--points", "p.csv", "--precision", "200"},
                 "--precision: value \"200\": expected double, 50, 100 or ball");
  expect_refused({"score", "m.json", "--points", "p.csv", "--time", "-1"},
                 "--time: value \"-1\": expected a time >= 0");
  expect_refused({"score", "m.json", "--points", "p.csv", "--time", "soon"},
                 "--time: value \"soon\": expected a decimal, a fraction of integers or a hexadecimal float");
  expect_refused({"score", "m.json", "--points", "p.csv", "--precision", "ball", "--digits", "0"},
                 "digits: value \"0\": expected an integer from 1 to 10000");
  expect_refused(
      {"score", "m.json", "--points", "p.csv", "--jacobian", "--output", "s.csv"},
      "--jacobian: value \"s.csv\": expected an --output other than .csv and .npy, which hold the scores alone");
  expect_refused(
      {"instance", "over9"},
      "family: value \"over9\": expected the name of a built-in family (`verimix instance --list` names them)");
  expect_refused({"instance", "two", "--set", "R"}, "--set: value \"R\": expected KEY=VALUE");
  expect_refused({"instance", "two", "--set", "R=1", "--set", "R=2"}, "--set: value \"R=2\": expected each key once");
  expect_refused({"distance", "m.json", "m.json", "--metric", "l2"},
                 "--metric: value \"l2\": expected one of tv, kl, hellinger2, fisher, wasserstein1, wasserstein2 (or "
                 "energy alone, for "
                 "two files of points)");
  expect_refused({"distance", "m.json", "m.json", "--budget", "0"},
                 "budget: value \"0\": expected at least 1 evaluation");
  expect_refused({"ledger", "--format", "xml"}, "--format: value \"xml\": expected json or markdown");
  expect_refused({"sample", "m.json", "--count", "3", "--output", "x.json"},
                 "path: value \"x.json\": expected a name that ends in .csv or .npy");
}

TEST_F(BadInput, Learning) {
  std::string rows;
  for (int i = 0; i < 60; ++i) rows += std::to_string(i % 7) + "," + std::to_string(i % 11) + "\n";
  write("rows.csv", rows);
  std::string constant;
  for (int i = 0; i < 60; ++i) constant += std::to_string(i % 7) + ",5\n";
  write("constant.csv", constant);
  expect_refused({"learn", "rows.csv", "--components", "61", "--output", "model.json"},
                 "rows.csv: components: value \"61\": expected at most as many components as the 60 rows");
  expect_refused({"learn", "constant.csv", "--components", "2", "--output", "model.json"},
                 "constant.csv: columns[1]: value \"5\": expected a column that is not constant");
  expect_refused({"learn", "rows.csv", "--components", "2", "--labels", "missing/cells.csv", "--output", "model.json"},
                 "path: value \"missing/cells.csv\": expected a path that can be written (No such file or directory)");
  expect_refused({"learn", "rows.csv", "--components", "2", "--output", "missing/model.json"},
                 "path: value \"missing/model.json\": expected a path that can be written (No such file or directory)");
  EXPECT_FALSE(std::filesystem::exists(program_.folder() / "model.json"));
}

}  // namespace
}  // namespace verimix
