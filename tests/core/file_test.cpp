#include "verimix/core/file.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "support/temporary_folder.hpp"

namespace verimix {
namespace {

namespace fs = std::filesystem;
using support::refusal;
using support::TemporaryFolder;

TEST(File, ReadsBackEveryByte) {
  const TemporaryFolder folder;
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  write_file(folder / "bytes", bytes);
  EXPECT_EQ(read_file(folder / "bytes"), bytes);
}

TEST(File, ReplacesAsAWholeAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  write_file(folder / "a", "a long first text");
  write_file(folder / "a", "short");
  EXPECT_EQ(read_file(folder / "a"), "short");
  EXPECT_EQ(folder.size(), 1);
}

TEST(File, WritesThroughASymbolicLink) {
  const TemporaryFolder folder;
  folder.write("target", "old");
  fs::create_symlink(folder / "target", folder / "link");
  write_file(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "target"), "new");
}

TEST(File, RefusesWhatCannotBeRead) {
  const TemporaryFolder folder;
  const std::string missing = (folder / "missing").string();
  EXPECT_EQ(refusal([&] { read_file(missing); }),
            "path: value \"" + missing.substr(0, 60) + (missing.size() > 60 ? "..." : "") +
                "\": expected a file that can be read (No such file or directory)");
  EXPECT_NE(refusal([&] { read_file(folder.path()); }).find("not a directory"), std::string::npos);
}

TEST(File, RefusesWhatCannotBeWritten) {
  const TemporaryFolder folder;
  EXPECT_NE(refusal([&] { write_file(folder.path(), "x"); }).find("not a directory"), std::string::npos);
  EXPECT_NE(refusal([&] { write_file(folder / "missing/x", "x"); }).find("No such file or directory"),
            std::string::npos);
  EXPECT_NE(refusal([&] { require_writable(folder / "missing/x"); }).find("No such file"), std::string::npos);
  EXPECT_EQ(folder.size(), 0);
}

TEST(File, AFullDeviceIsAnErrorAndStaysADevice) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this machine";
  EXPECT_NE(refusal([&] { write_file("/dev/full", "x"); }).find("No space left on device"), std::string::npos);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
  write_file("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(File, AskingWhetherItIsWritableTouchesNothing) {
  const TemporaryFolder folder;
  folder.write("a", "old");
  require_writable(folder / "a");
  require_writable(folder / "b");
  EXPECT_EQ(read_file(folder / "a"), "old");
  EXPECT_EQ(folder.size(), 1);
}

TEST(ShellQuoted, LeavesPlainWordsAndQuotesTheOthers) {
  EXPECT_EQ(shell_quoted("over1.json"), "over1.json");
  EXPECT_EQ(shell_quoted("t=1/10"), "t=1/10");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("my file"), "'my file'");
  EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
}

}  // namespace
}  // namespace verimix
