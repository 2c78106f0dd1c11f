# Install rules and the CMake package: find_package(verimix) gives verimix::core ... verimix::sample, verimix::ledger.
include(CMakePackageConfigHelpers)
get_property(stages GLOBAL PROPERTY VERIMIX_STAGES)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/verimix")

install(TARGETS ${stages} verimix_public EXPORT verimixTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/verimix DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(EXPORT verimixTargets NAMESPACE verimix:: DESTINATION ${package_dir})
configure_package_config_file(tools/cmake/verimixConfig.cmake.in "${PROJECT_BINARY_DIR}/verimixConfig.cmake"
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/verimixConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/verimixConfig.cmake" "${PROJECT_BINARY_DIR}/verimixConfigVersion.cmake"
  tools/cmake/FindArb.cmake tools/cmake/FindCsv.cmake tools/cmake/FindGcrypt.cmake DESTINATION ${package_dir})
