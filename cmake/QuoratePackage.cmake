# What quorate depends on, and how it is installed: each dependency is declared once, for the build,
# for the CMake package and for pkg-config.

include_guard(GLOBAL)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set_property(GLOBAL PROPERTY quorate_dependencies "")
set_property(GLOBAL PROPERTY quorate_linked "")
set_property(GLOBAL PROPERTY quorate_pkg_requires "")
set_property(GLOBAL PROPERTY quorate_pkg_libs "")

# Finds a package, and remembers that whoever links quorate statically has to find it, too:
#   quorate_depends_on(OpenSSL FIND 3 TARGETS OpenSSL::SSL OpenSSL::Crypto PKG_CONFIG "openssl >= 3")
# FIND: what find_package takes beside the name. TARGETS: what quorate links. PKG_CONFIG: modules of
# pkg-config that bring the same; PKG_LIBS: flags for what has no module.
function(quorate_depends_on package)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FIND;TARGETS;PKG_CONFIG;PKG_LIBS")
  find_package(${package} ${arg_FIND} REQUIRED)
  list(JOIN arg_FIND " " words)
  string(STRIP "${package} ${words}" words)
  set_property(GLOBAL APPEND PROPERTY quorate_dependencies "find_dependency(${words})")
  set_property(GLOBAL APPEND PROPERTY quorate_linked ${arg_TARGETS})
  set_property(GLOBAL APPEND PROPERTY quorate_pkg_requires ${arg_PKG_CONFIG})
  set_property(GLOBAL APPEND PROPERTY quorate_pkg_libs ${arg_PKG_LIBS})
endfunction()

# Links a target to every dependency. None of them is seen in a public header but <quorate/caf.hpp>,
# so who links the target only gets what its linker needs.
function(quorate_link_dependencies target)
  get_property(linked GLOBAL PROPERTY quorate_linked)
  target_link_libraries(${target} PRIVATE ${linked})
endfunction()

# A shared library shows what is marked in the headers, and nothing that a template of the standard
# library or of CAF happens to leave behind. While the major version is 0, a minor version is
# another interface.
function(quorate_shared_library target)
  set(symbols "${PROJECT_SOURCE_DIR}/cmake/quorate.map")
  set_target_properties(
    ${target} PROPERTIES VERSION "${PROJECT_VERSION}"
                         SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}"
                         LINK_DEPENDS "${symbols}")
  target_link_options(${target} PRIVATE "LINKER:--version-script=${symbols}")
  if(NOT QUORATE_SANITIZE) # The sanitizers' own symbols come with the executable.
    target_link_options(${target} PRIVATE LINKER:--no-undefined)
  endif()
endfunction()

# Headers, library, CMake package, pkg-config files, the command if it is built, and the documents.
function(quorate_install)
  set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/quorate")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/quorate" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
          FILES_MATCHING PATTERN "*.hpp")
  install(TARGETS quorate EXPORT quorate-targets INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT quorate-targets NAMESPACE quorate:: DESTINATION "${package_dir}")
  # Apart, because it needs CAF's headers even where the library is shared.
  install(TARGETS quorate_caf EXPORT quorate-caf-targets)
  install(EXPORT quorate-caf-targets NAMESPACE quorate:: DESTINATION "${package_dir}")
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/FindRocksDB.cmake" DESTINATION "${package_dir}/modules")
  quorate_write_package("${package_dir}")
  quorate_write_pkg_config()
  if(TARGET quorate_app)
    install(TARGETS quorate_app)
    install(FILES "${PROJECT_SOURCE_DIR}/docs/quorate.1"
            DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
  endif()
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md"
                "${PROJECT_SOURCE_DIR}/CHANGELOG.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/" DESTINATION "${CMAKE_INSTALL_DOCDIR}"
          FILES_MATCHING PATTERN "*.md" PATTERN "adr" EXCLUDE PATTERN "model" EXCLUDE
          PATTERN "schemas" EXCLUDE)
endfunction()

function(quorate_write_package package_dir)
  get_property(dependencies GLOBAL PROPERTY quorate_dependencies)
  # For <quorate/caf.hpp>; the static library has asked for it already.
  string(REGEX MATCH "find_dependency\\(CAF [^)]*\\)" quorate_find_caf "${dependencies}")
  if(QUORATE_SHARED)
    set(quorate_find_dependencies "")
  else()
    list(JOIN dependencies "\n" quorate_find_dependencies)
  endif()
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/quorate-config.cmake.in"
    "${PROJECT_BINARY_DIR}/package/quorate-config.cmake" INSTALL_DESTINATION "${package_dir}")
  write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/package/quorate-config-version.cmake"
    VERSION "${PROJECT_VERSION}" COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/package/quorate-config.cmake"
                "${PROJECT_BINARY_DIR}/package/quorate-config-version.cmake"
          DESTINATION "${package_dir}")
endfunction()

# Both are found from where they lie, so an installation may be moved.
function(quorate_write_pkg_config)
  cmake_path(IS_ABSOLUTE CMAKE_INSTALL_LIBDIR absolute)
  if(absolute)
    set(pkg_prefix "${CMAKE_INSTALL_PREFIX}")
  else()
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pkg_prefix "\${pcfiledir}/${up}")
  endif()
  set(pkg_libdir "${CMAKE_INSTALL_LIBDIR}")
  if(NOT absolute)
    set(pkg_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  endif()
  get_property(requires GLOBAL PROPERTY quorate_pkg_requires)
  get_property(libs GLOBAL PROPERTY quorate_pkg_libs)
  set(pkg_requires "")
  set(pkg_libs "")
  set(pkg_cflags "")
  if(QUORATE_SHARED)
    set(pkg_cflags " -DQUORATE_SHARED")
  else()
    # Not as private ones: there is no other library than the static one, so all users need them.
    list(JOIN requires ", " pkg_requires)
    list(JOIN libs " " pkg_libs)
    string(PREPEND pkg_libs " ")
  endif()
  foreach(name quorate quorate-caf)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in"
                   "${PROJECT_BINARY_DIR}/package/${name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/package/${name}.pc"
            DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  endforeach()
endfunction()
