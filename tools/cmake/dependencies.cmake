# Every library that verimix stands on; the Debian package of each is listed in tools/packages.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Arb REQUIRED)
find_package(Csv REQUIRED)
find_package(Gcrypt REQUIRED)
find_package(pugixml REQUIRED)

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
add_library(verimix_random123 INTERFACE)
target_include_directories(verimix_random123 SYSTEM INTERFACE $<BUILD_INTERFACE:${RANDOM123_INCLUDE_DIR}>)

# Headers only; Debian 12's CMake package of xsimd would link to a library xtl that does not exist.
find_path(XSIMD_INCLUDE_DIR xsimd/xsimd.hpp REQUIRED)
add_library(verimix_xsimd INTERFACE)
target_include_directories(verimix_xsimd SYSTEM INTERFACE $<BUILD_INTERFACE:${XSIMD_INCLUDE_DIR}>)

if(VERIMIX_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
if(VERIMIX_BUILD_BENCH)
  find_package(benchmark REQUIRED)
endif()
