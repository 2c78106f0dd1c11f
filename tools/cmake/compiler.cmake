# Language level, warnings and code generation, as usage requirements of two interface targets:
#   verimix_public   what a consumer must share with us
#   verimix_private  how we compile ourselves
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(verimix_public INTERFACE)
target_compile_features(verimix_public INTERFACE cxx_std_20)
# Eigen chooses its allocator by the widest vector the compiler may use. A consumer compiled for another machine than the
# library would then free what it did not allocate, so the alignment is fixed for both.
target_compile_definitions(verimix_public INTERFACE EIGEN_MAX_ALIGN_BYTES=64)

add_library(verimix_private INTERFACE)
target_compile_options(verimix_private INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-align -Wnull-dereference -Wformat=2
  $<$<BOOL:${VERIMIX_WARNINGS_AS_ERRORS}>:-Werror>
  # g++ 12 reports null dereferences inside Eigen and Boost once they are inlined into our functions, and overlapping or
  # endless copies inside std::string (GCC bugs 105651 and 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference;-Wno-restrict;-Wno-stringop-overflow>
  # g++ 12 at -O3 takes the small buffer inside a std::string for the whole of it (GCC bug 105329).
  $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-array-bounds>
  # A source that is compiled as part of another counts as a header, where this warning would be right.
  $<$<AND:$<BOOL:${VERIMIX_UNITY}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>
  $<$<BOOL:${VERIMIX_NATIVE}>:-march=native>
  # g++ 12 warns of its own AVX-512 intrinsics, which start from an undefined register (GCC bug 105593).
  $<$<AND:$<BOOL:${VERIMIX_NATIVE}>,$<CXX_COMPILER_ID:GNU>>:-Wno-uninitialized;-Wno-maybe-uninitialized>)
if(VERIMIX_COVERAGE)
  # Atomic: threads would lose counts, down to negative ones. -O1: without it the tests take an hour; a line that the
  # compiler merges with another counts with it.
  target_compile_options(verimix_private INTERFACE --coverage -fprofile-update=atomic -O1)
  target_link_options(verimix_private INTERFACE --coverage)
endif()
