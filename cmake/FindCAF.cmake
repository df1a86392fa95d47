# Finds the C++ Actor Framework: CAF's own package configuration where it is installed, otherwise
# plain headers and libraries, as in Debian's libcaf-dev.
#
# Components: core (always), io, openssl. Defines CAF_FOUND, CAF_VERSION and the imported targets
# CAF::core, CAF::io and CAF::openssl.

include(FindPackageHandleStandardArgs)

# 1. CAF's own package, from CAF 0.18 on.
find_package(CAF ${CAF_FIND_VERSION} QUIET CONFIG COMPONENTS ${CAF_FIND_COMPONENTS})
if(CAF_CONFIG AND CAF_FOUND AND TARGET CAF::core)
  find_package_handle_standard_args(CAF CONFIG_MODE)
  return()
endif()

# 2. Headers and libraries.
find_path(CAF_INCLUDE_DIR NAMES caf/config.hpp HINTS ${CAF_ROOT} PATH_SUFFIXES include)
mark_as_advanced(CAF_INCLUDE_DIR)

# CAF_VERSION is major * 10000 + minor * 100 + patch: 1706 is 0.17.6.
if(CAF_INCLUDE_DIR AND EXISTS "${CAF_INCLUDE_DIR}/caf/config.hpp")
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _caf_line REGEX "^#define CAF_VERSION +[0-9]+")
  if(_caf_line MATCHES "CAF_VERSION +([0-9]+)")
    math(EXPR _caf_major "${CMAKE_MATCH_1} / 10000")
    math(EXPR _caf_minor "(${CMAKE_MATCH_1} / 100) % 100")
    math(EXPR _caf_patch "${CMAKE_MATCH_1} % 100")
    set(CAF_VERSION "${_caf_major}.${_caf_minor}.${_caf_patch}")
  endif()
endif()

set(_caf_components core ${CAF_FIND_COMPONENTS})
list(REMOVE_DUPLICATES _caf_components)
foreach(_caf_component IN LISTS _caf_components)
  find_library(CAF_${_caf_component}_LIBRARY NAMES caf_${_caf_component} HINTS ${CAF_ROOT}
               PATH_SUFFIXES lib)
  mark_as_advanced(CAF_${_caf_component}_LIBRARY)
  if(CAF_INCLUDE_DIR AND CAF_${_caf_component}_LIBRARY)
    set(CAF_${_caf_component}_FOUND TRUE)
  endif()
endforeach()

find_package_handle_standard_args(
  CAF
  REQUIRED_VARS CAF_core_LIBRARY CAF_INCLUDE_DIR
  VERSION_VAR CAF_VERSION
  HANDLE_COMPONENTS
  REASON_FAILURE_MESSAGE
    "The C++ Actor Framework is missing: install libcaf-dev, point CAF_ROOT at an installation, or build only the pure rooms with -DQUORATE_BUILD_ACTORS=OFF."
)

if(CAF_FOUND)
  foreach(_caf_component IN LISTS _caf_components)
    if(CAF_${_caf_component}_FOUND AND NOT TARGET CAF::${_caf_component})
      add_library(CAF::${_caf_component} UNKNOWN IMPORTED)
      set_target_properties(
        CAF::${_caf_component}
        PROPERTIES IMPORTED_LOCATION "${CAF_${_caf_component}_LIBRARY}"
                   INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
      if(_caf_component STREQUAL "core")
        find_package(Threads REQUIRED)
        set_property(TARGET CAF::core PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
      else()
        set_property(TARGET CAF::${_caf_component} PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
      endif()
    endif()
  endforeach()
endif()
