// Three-valued answers. A comparison of enclosures may be undecidable at the precision at hand, so it never is a bool.
#pragma once

namespace verimix {

enum class Truth { no, yes, unknown };

constexpr Truth truth(bool b) { return b ? Truth::yes : Truth::no; }

constexpr Truth operator&&(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}

constexpr Truth operator||(Truth a, Truth b) {
  if (a == Truth::yes || b == Truth::yes) return Truth::yes;
  return a == Truth::no && b == Truth::no ? Truth::no : Truth::unknown;
}

constexpr Truth operator!(Truth a) {
  if (a == Truth::unknown) return Truth::unknown;
  return truth(a == Truth::no);
}

}  // namespace verimix
