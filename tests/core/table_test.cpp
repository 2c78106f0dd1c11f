#include "verimix/core/table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>

#include "support/input_error.hpp"
#include "support/temporary_folder.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

using support::refusal;
using support::TemporaryFolder;

std::string csv_refusal(std::string_view text) {
  return refusal([&] { parse_csv_points<double>(text); });
}
std::string npy_refusal(std::string_view bytes) {
  return refusal([&] { parse_npy_points(bytes); });
}

Matrix<double> two_rows() {
  Matrix<double> points(3, 2);
  points << 1, -4, 2.5, 5e-300, 0.1, 1e300;
  return points;
}

/// A .npy of version 1.0 with this header text.
std::string npy(std::string header, std::string_view data, char major = 1) {
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += {major, '\0', static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8U)};
  if (major == 2) bytes += {'\0', '\0'};
  return bytes + header + std::string(data);
}

std::string doubles(std::initializer_list<double> values) {
  std::string bytes(values.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), std::data(values), bytes.size());
  return bytes;
}

TEST(Csv, OnePointARow) {
  const Matrix<double> points = parse_csv_points<double>("1,2.5,0.1\n-4,5e-300,1e300\n");
  EXPECT_EQ(points, two_rows());
}

TEST(Csv, HeaderIsARowWithoutNumbers) {
  EXPECT_EQ(parse_csv_points<double>("x,y\n1,2\n"), (Matrix<double>(2, 1) << 1, 2).finished());
  EXPECT_EQ(csv_header("x,\"the y\"\n1,2\n"), (std::vector<std::string>{"x", "the y"}));
  EXPECT_TRUE(csv_header("1,2\n").empty());
  EXPECT_EQ(csv_refusal("x,1\n1,2\n"), "row 1, column 1: value \"x\": expected a finite number");
}

TEST(Csv, LineEndsQuotesAndByteOrderMark) {
  const Matrix<double> expected = (Matrix<double>(2, 2) << 1, 3, 2, 4).finished();
  EXPECT_EQ(parse_csv_points<double>("1,2\r\n3,4\r\n"), expected);
  EXPECT_EQ(parse_csv_points<double>("\"1\",2\n\n3, 4"), expected);
  EXPECT_EQ(parse_csv_points<double>("\xEF\xBB\xBF"
                                     "1,2\n3,4\n"),
            expected);
}

TEST(Csv, ExactNumbersInEveryType) {
  const char* text = "0.1,1/3,0x1.8p-3\n";
  EXPECT_EQ(parse_csv_points<Rational>(text)(1, 0), Rational(1, 3));
  EXPECT_EQ(parse_csv_points<double>(text)(1, 0), 1.0 / 3);
  EXPECT_EQ(parse_csv_points<double>(text)(2, 0), 0.1875);
  EXPECT_EQ(parse_csv_points<Real50>(text)(0, 0), Real50(1) / 10);
  EXPECT_TRUE(contains(parse_csv_points<Ball>(text)(0, 0), from_rational<Ball>(Rational(1, 10))));
}

TEST(Csv, RefusesByRowAndColumn) {
  EXPECT_EQ(csv_refusal(""), "content: expected at least one row of numbers");
  EXPECT_EQ(csv_refusal("x,y\n"), "content: expected at least one row of numbers");
  EXPECT_EQ(csv_refusal("1,2\n3\n"), "row 2: value \"1 numbers\": expected 2, as in row 1");
  EXPECT_EQ(csv_refusal("x\n1,2\n"), "header: value \"1 names\": expected 2, as there are columns");
  EXPECT_EQ(csv_refusal("1,2\n3,four\n"), "row 2, column 2: value \"four\": expected a finite number");
  EXPECT_EQ(csv_refusal("x,y\n1,2\n3,\n"), "row 2, column 2: expected a finite number");
  EXPECT_EQ(csv_refusal("1,nan\n"),
            "row 1, column 2: value \"nan\": expected a finite number in the range of the precision");
  EXPECT_EQ(csv_refusal("1,-inf\n"),
            "row 1, column 2: value \"-inf\": expected a finite number in the range of the precision");
  EXPECT_EQ(csv_refusal("1,1e999\n"),
            "row 1, column 2: value \"1e999\": expected a finite number in the range of the precision");
  EXPECT_EQ(csv_refusal("1,2\n\"3,4\n"), "line 2: expected a closing quote before the end of the file");
  EXPECT_EQ(csv_refusal("1,2\n3,4\"5\n"),
            "line 2: expected a row as in RFC 4180 (error parsing data while strict checking enabled)");
}

RC_GTEST_PROP(CsvProperty, WritingAndReadingKeepsEveryBit, (double x, double y)) {
  Matrix<double> points(1, 2);
  points << x, y;
  RC_ASSERT(parse_csv_points<double>(csv_bytes(points)) == points);
}

RC_GTEST_PROP(CsvProperty, FromCharsAndTheExactPathAgree, (std::int32_t digits)) {
  const auto exponent = *rc::gen::inRange(-340, 310);
  const std::string text = std::to_string(digits) + "e" + std::to_string(exponent);
  const auto exact = from_rational<double>(parse_rational(text));
  RC_PRE(is_finite(exact));
  RC_ASSERT(parse_csv_points<double>(text + "\n")(0, 0) == exact);
}

TEST(JsonPoints, ArrayOfArrays) {
  EXPECT_EQ(parse_json_points<double>(R"([[1, 2.5, "1/10"], [-4, "5e-300", 1e300]])"), two_rows());
  const auto refused = [](std::string_view text) { return refusal([&] { parse_json_points<double>(text); }); };
  EXPECT_EQ(refused("[]"), "content: expected at least one row of numbers");
  EXPECT_EQ(refused(""), "content: expected at least one row of numbers");
  EXPECT_EQ(refused("{}"), "document: value \"{}\": expected an array of arrays of numbers");
  EXPECT_EQ(refused("[[1], [1, 2]]"), "row 2: value \"2 numbers\": expected 1, as in row 1");
  EXPECT_EQ(refused("[[]]"), "row 1: value \"0 numbers\": expected at least one number");
  EXPECT_EQ(refused("[1]"), "row 1: value \"1\": expected an array of numbers");
  EXPECT_EQ(refused(R"([["inf"]])"),
            "row 1, column 1: value \"inf\": expected a decimal, a fraction of integers or a hexadecimal float");
  EXPECT_EQ(refused("[[1e999]]"),
            "row 1, column 1: value \"\"1e999\"\": expected a finite number in the range of the precision");
}

TEST(Npy, ReadsBothOrdersAndVersions) {
  const Matrix<double> expected = (Matrix<double>(2, 3) << 1, 3, 5, 2, 4, 6).finished();
  const std::string c = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }";
  const std::string fortran = "{'shape':(3,2),'fortran_order':True,'descr':'<f8'}  ";
  EXPECT_EQ(parse_npy_points(npy(c, doubles({1, 2, 3, 4, 5, 6}))), expected);
  EXPECT_EQ(parse_npy_points(npy(c, doubles({1, 2, 3, 4, 5, 6}), 2)), expected);
  EXPECT_EQ(parse_npy_points(npy(fortran, doubles({1, 3, 5, 2, 4, 6}))), expected);
}

TEST(Npy, WritesWhatItReads) {
  const std::string bytes = npy_bytes(two_rows());
  EXPECT_EQ((bytes.size() - 6 * sizeof(double)) % 64, 0);
  EXPECT_EQ(parse_npy_points(bytes), two_rows());
}

TEST(Npy, RefusesByName) {
  const std::string good = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }";
  EXPECT_EQ(npy_refusal(""), "content: expected at least one row of numbers");
  EXPECT_EQ(npy_refusal("not a table"), "header: expected the first bytes of a .npy, \\x93NUMPY");
  EXPECT_EQ(npy_refusal(npy(good, doubles({1}))),
            "data: value \"8 bytes\": expected 16 bytes for shape (1, 2) (truncated)");
  EXPECT_EQ(npy_refusal(npy(good, doubles({1, 2, 3}))),
            "data: value \"24 bytes\": expected 16 bytes for shape (1, 2) (trailing bytes)");
  EXPECT_EQ(npy_refusal(npy(good, "", 3)), "version: value \"3.0\": expected 1.0 or 2.0");
  EXPECT_EQ(npy_refusal(npy("{'descr': '>f8', 'fortran_order': False, 'shape': (1, 2), }", doubles({1, 2}))),
            "descr: value \"'>f8'\": expected '<f8', little-endian float64, not big-endian");
  EXPECT_EQ(npy_refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", doubles({1}))),
            "descr: value \"'<f4'\": expected '<f8', little-endian float64");
  EXPECT_EQ(npy_refusal(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", doubles({1, 2}))),
            "shape: value \"(2,)\": expected a shape (n, d): n points, each a row of d numbers");
  EXPECT_EQ(npy_refusal(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2), }", "")),
            "content: expected at least one row of numbers");
  EXPECT_EQ(npy_refusal(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 0), }", "")),
            "shape: value \"(2, 0)\": expected at least one column");
  EXPECT_EQ(npy_refusal(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "")),
            "shape: value \"(4611686018427387904, 4)\": expected fewer entries than memory has addresses");
  EXPECT_EQ(npy_refusal(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 4), }", "")),
            "shape: value \"99999999999999999999\": expected extents of 64 bits");
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(npy_refusal(npy(good, doubles({1, infinity}))), "row 1, column 2: value \"inf\": expected a finite number");
}

RC_GTEST_PROP(NpyProperty, EveryTruncationIsRefused, ()) {
  const std::string whole = npy_bytes(two_rows());
  const auto length = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT(npy_refusal(whole.substr(0, length)) != "accepted");
}

TEST(Points, TheExtensionChoosesTheReaderAndErrorsNameTheFile) {
  const TemporaryFolder folder;
  write_points(folder / "p.csv", two_rows());
  write_points(folder / "p.npy", two_rows());
  EXPECT_EQ(read_points<double>(folder / "p.csv"), two_rows());
  EXPECT_EQ(read_points<double>(folder / "p.npy"), two_rows());
  EXPECT_EQ(read_points<Rational>(folder / "p.npy")(1, 0), Rational(5, 2));
  folder.write("bad.csv", "1\n2,3\n");
  EXPECT_EQ(refusal([&] { read_points<double>(folder / "bad.csv"); }),
            (folder / "bad.csv").string() + ": row 2: value \"2 numbers\": expected 1, as in row 1");
  EXPECT_NE(refusal([&] { read_points<double>("p.txt"); }).find("expected a name that ends in .csv, .npy or .json"),
            std::string::npos);
  EXPECT_NE(refusal([&] { write_points("p.json", two_rows()); }).find("expected a name that ends in .csv or .npy"),
            std::string::npos);
}

}  // namespace
}  // namespace verimix
