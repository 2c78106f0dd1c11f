#include "verimix/sample/draw_in_rounds.hpp"

#include <algorithm>

namespace verimix {
namespace {

constexpr Index rows_in_round = 65536;

}  // namespace

void draw_in_rounds(Index count, const PointSource& source, Ranks& ranks,
                    const std::function<void(const Matrix<double>&)>& write) {
  const Index round = rows_in_round * ranks.size();
  for (Index begin = 0; begin < count; begin += round) {
    const Index first = std::min(count, begin + rows_in_round * ranks.rank());
    const Index own = std::min(rows_in_round, count - first);
    Matrix<double> points;
    together(ranks, [&] { points = source(first, own); });
    if (ranks.size() == 1) {
      write(points);
      continue;
    }
    std::vector<std::string> to(static_cast<std::size_t>(ranks.size()));
    ByteWriter writer;
    writer.put(points);
    to[0] = writer.take();
    points.resize(0, 0);
    const std::vector<std::string> shares = ranks.exchange(to);
    if (ranks.rank() > 0) continue;
    for (const std::string& bytes : shares) write(ByteReader(bytes).matrix());
  }
}

}  // namespace verimix
