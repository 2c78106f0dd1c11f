#include "verimix/core/row_slice.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "support/temporary_folder.hpp"
#include "support/thread_ranks.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/table.hpp"

namespace verimix {
namespace {

using support::of_ranks;

Matrix<double> many_rows() {
  Matrix<double> points(2, 9000);
  for (Index i = 0; i < points.cols(); ++i) points.col(i) << 1.0 / static_cast<double>(i + 1), static_cast<double>(-i);
  return points;
}

std::string json_rows(const Matrix<double>& points) {
  std::string out;
  for (Index i = 0; i < points.cols(); ++i)
    out += (i > 0 ? ",[" : "[") + to_text(points(0, i)) + ",\"" + to_text(points(1, i)) + "\"]";
  return out;
}

class RowSlices : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& name, const std::string& bytes) const { write_file(path(name), bytes); }

  /// The slices of three ranks side by side.
  Matrix<double> joined(const std::string& name) const {
    Matrix<double> out(2, 0);
    for (const auto& slice :
         of_ranks<RowSlice<double>>(3, [&](Ranks& ranks) { return read_row_slice(path(name), ranks); })) {
      EXPECT_LT(slice.points.cols(), 5000) << "no rank holds it all";
      out.conservativeResize(Eigen::NoChange, out.cols() + slice.points.cols());
      out.rightCols(slice.points.cols()) = slice.points;
    }
    return out;
  }
  /// What two ranks say, and what one says who reads it all: the same.
  void refuses_alike(const std::string& name, const std::string& bytes) const {
    write(name, bytes);
    const std::string alone = support::refusal([&] { read_points<double>(path(name)); });
    EXPECT_NE(alone, "accepted");
    for (const std::string& each : of_ranks<std::string>(
             2, [&](Ranks& ranks) { return support::refusal([&] { read_row_slice(path(name), ranks); }); }))
      EXPECT_EQ(each, alone);
  }

 private:
  support::TemporaryFolder folder_;
};

TEST_F(RowSlices, AreTheRowsOfTheWholeTable) {
  const Matrix<double> points = many_rows();
  write_points(path("x.npy"), points);
  write_points(path("x.csv"), points);
  write("header.csv", "\xEF\xBB\xBF\"first, x\",y\r\n" + csv_bytes(points));
  std::string fortran = npy_bytes(points.transpose());
  fortran.replace(fortran.find("False"), 5, "True ").replace(fortran.find("(2, 9000)"), 9, "(9000, 2)");
  write("fortran.npy", fortran);
  write("x.json", "[" + json_rows(points) + "]");
  for (const char* name : {"x.npy", "x.csv", "header.csv", "fortran.npy", "x.json"}) {
    EXPECT_EQ(read_points<double>(path(name)), points) << name;
    EXPECT_EQ(joined(name), points) << name;
  }
}

TEST_F(RowSlices, AreRefusedInTheWordsOfTheWholeTable) {
  const std::string rows = csv_bytes(many_rows());
  refuses_alike("late.csv", rows + "1,two\n");
  refuses_alike("both.csv", "nan,1\n" + rows + "1,inf\n");
  refuses_alike("ragged.csv", rows + "1\n" + rows + "1,2,3\n");
  refuses_alike("quote.csv", rows + "\"1,2\n");
  refuses_alike("stray.csv", rows + "1\"2,3\n");
  refuses_alike("names.csv", "x\n" + rows);
  refuses_alike("empty.csv", "");
  refuses_alike("only-names.csv", "x,y\n");
  refuses_alike("x.txt", rows);
  Matrix<double> points = many_rows();
  points(1, 8000) = NAN;
  refuses_alike("nan.npy", npy_bytes(points));
  refuses_alike("cut.npy", npy_bytes(points).substr(0, 3000));
  refuses_alike("long.npy", npy_bytes(points) + "x");
  refuses_alike("header.npy", "\x93NUMPY");
  refuses_alike("empty.npy", "");
  refuses_alike("x.json", "[[1,2],[3]]");
  const std::string json = json_rows(many_rows());
  for (const char* end : {"", "]]", ",[1,2]] 3", ",[1,null]]", ",[1,{\"x\": 2}]]", ",[1,[2]]]", ",[1,1e999]]",
                          ",[1,\"two\"]]", ",3]", ",[]]"})
    refuses_alike("late.json", "[" + json + end);
  for (const char* all : {"", "[]", "[[]]", "3", "{\"rows\": [[1,2]]}", "[1,2]", "[\"1\",[2]]"})
    refuses_alike("all.json", all);
  for (const std::string& each : of_ranks<std::string>(
           2, [&](Ranks& ranks) { return support::refusal([&] { read_row_slice(path("absent.csv"), ranks); }); }))
    EXPECT_EQ(each, support::refusal([&] { read_points<double>(path("absent.csv")); }));
}

}  // namespace
}  // namespace verimix
