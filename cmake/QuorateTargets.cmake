# Helpers for the targets of this project: how a pure library, an actor library, an executable and a
# test are compiled. Everything is a property of our own targets; nothing here sets CMAKE_* for an
# embedding project, and warnings become errors only in the presets.

include_guard(GLOBAL)

# ccache, where there is one, for whoever builds quorate itself. A precompiled header needs the
# sloppiness, or every actor file would be a miss.
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(QUORATE_CCACHE ccache)
  mark_as_advanced(QUORATE_CCACHE)
  if(QUORATE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
                                    CCACHE_SLOPPINESS=pch_defines,time_macros "${QUORATE_CCACHE}")
  endif()
endif()

# Known to GCC and Clang alike, because clang-tidy reads the same command lines. No -Wpedantic: in
# C++17 it forbids QUORATE_CHECK(condition) without further arguments.
set(quorate_warnings
    -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
    -Woverloaded-virtual -Wextra-semi -Wimplicit-fallthrough)

# Language level, warnings and sanitizers of one of our targets. WITH_CAF: the target's files
# include CAF, whose headers bind null references under -fsanitize=undefined, which also makes one
# file take 80 s to compile; there only the address sanitizer is on.
function(quorate_compile_settings target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "WITH_CAF" "" "")
  target_compile_features(${target} PUBLIC cxx_std_17)
  set_target_properties(
    ${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
                         CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE ${quorate_warnings})
  if(QUORATE_SHARED)
    target_compile_definitions(${target} PUBLIC QUORATE_SHARED) # include/quorate/export.hpp
  endif()
  if(NOT arg_WITH_CAF)
    # Not where CAF is read: spawning a function dereferences an empty shared_ptr<tuple<>>.
    target_compile_definitions(${target} PRIVATE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT QUORATE_TIDY)
    # GCC 12 warns at random of members of std::variant and std::optional that aren't engaged.
    # (clang-tidy reads the same command lines, and doesn't know this one.)
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
  if(QUORATE_BUILD_FUZZERS)
    # In sections of their own, functions that a fuzzer doesn't need can be left out of it.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link -ffunction-sections)
  endif()
  if(QUORATE_SANITIZE)
    set(sanitize "${QUORATE_SANITIZE}")
    if(arg_WITH_CAF)
      string(REGEX REPLACE ",?undefined" "" sanitize "${sanitize}")
      target_compile_options(${target} PRIVATE -fno-sanitize=null)
    endif()
    target_compile_options(${target} PRIVATE -fsanitize=${sanitize} -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${QUORATE_SANITIZE})
  endif()
endfunction()

# A library of the pure rooms: sees the public headers, messages/ and runtime/, and no CAF.
function(quorate_pure_library target)
  quorate_compile_settings(${target})
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/include"
                                              "${PROJECT_SOURCE_DIR}")
  target_include_directories(${target} SYSTEM PUBLIC "${QUORATE_XXHASH_INCLUDE_DIR}")
  target_link_libraries(${target} PUBLIC OpenSSL::SSL OpenSSL::Crypto)
  if(QUORATE_BUILD_ROCKSDB)
    target_link_libraries(${target} PUBLIC RocksDB::rocksdb)
  endif()
endfunction()

# The objects of actors/. One precompiled header, because reading CAF is most of a file's time.
function(quorate_actor_library target)
  quorate_compile_settings(${target} WITH_CAF)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/include"
                                               "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE CAF::io)
  quorate_precompile_caf(${target})
endfunction()

# Precompiles CAF for a target, or shares the one of quorate_actors.
function(quorate_precompile_caf target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess) # What ccache needs to see through it.
  endif()
  if(target STREQUAL "quorate_actors")
    target_precompile_headers(${target} PRIVATE <caf/all.hpp>)
  else()
    # Usable only by code compiled the same way, and CMake would say -fPIE for an executable.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
    target_precompile_headers(${target} REUSE_FROM quorate_actors)
  endif()
endfunction()

# What an embedder links: public headers, CAF behind them.
function(quorate_public_library target)
  quorate_compile_settings(${target} WITH_CAF)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  quorate_link_dependencies(${target})
endfunction()

# Adds source files of a room in runtime/ to both libraries compiled from them.
function(quorate_runtime_sources)
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE sources)
  target_sources(quorate_runtime PRIVATE ${sources})
  if(TARGET quorate_runtime_checked)
    target_sources(quorate_runtime_checked PRIVATE ${sources})
  endif()
endfunction()

# Enters the rooms that exist below `parent`. (The condition goes once all rooms are founded.)
function(quorate_add_rooms parent)
  foreach(room IN LISTS ARGN)
    if(EXISTS "${PROJECT_SOURCE_DIR}/${parent}/${room}/CMakeLists.txt")
      add_subdirectory("${PROJECT_SOURCE_DIR}/${parent}/${room}"
                       "${PROJECT_BINARY_DIR}/${parent}/${room}")
    endif()
  endforeach()
endfunction()

# CMake refuses a library without sources; an empty room is no error while founding.
function(quorate_needs_a_source target)
  get_target_property(sources ${target} SOURCES)
  if(NOT sources)
    file(WRITE "${PROJECT_BINARY_DIR}/empty.cpp" "// Nothing here yet.\n")
    target_sources(${target} PRIVATE "${PROJECT_BINARY_DIR}/empty.cpp")
  endif()
endfunction()

# clang-tidy beside the compiler, again whenever a file, its headers or the rules change.
function(quorate_enable_tidy target)
  find_program(QUORATE_CLANG_TIDY NAMES clang-tidy-14 clang-tidy REQUIRED)
  set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${QUORATE_CLANG_TIDY};--quiet")
  get_target_property(sources ${target} SOURCES)
  set_source_files_properties(
    ${sources} TARGET_DIRECTORY ${target} PROPERTIES OBJECT_DEPENDS
                                                     "${PROJECT_SOURCE_DIR}/.clang-tidy")
endfunction()

# An executable of apps/, examples/ or bench/:
#   quorate_executable(NAME quorate_app OUTPUT quorate SOURCES main.cpp [INTERNAL] [LIBRARIES ...])
# Without INTERNAL it sees the public headers only, as an embedder does; INTERNAL also shows it
# messages/, runtime/ and actors/, for the load programs and the command.
function(quorate_executable)
  cmake_parse_arguments(PARSE_ARGV 0 arg "INTERNAL" "NAME;OUTPUT" "SOURCES;LIBRARIES")
  add_executable(${arg_NAME} ${arg_SOURCES})
  if(arg_OUTPUT)
    set_target_properties(${arg_NAME} PROPERTIES OUTPUT_NAME ${arg_OUTPUT})
  endif()
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBRARIES})
  if(QUORATE_JEMALLOC AND NOT QUORATE_SANITIZE)
    # Nothing calls it by name, so the linker would leave it out.
    target_link_options(${arg_NAME} PRIVATE LINKER:--push-state,--no-as-needed
                                            "${QUORATE_JEMALLOC_LIBRARY}" LINKER:--pop-state)
  endif()
  if(arg_INTERNAL)
    target_link_libraries(${arg_NAME} PRIVATE quorate_inside)
    quorate_compile_settings(${arg_NAME} WITH_CAF)
    target_include_directories(${arg_NAME} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${arg_NAME} PRIVATE CAF::core)
  else()
    target_link_libraries(${arg_NAME} PRIVATE quorate::quorate)
    quorate_compile_settings(${arg_NAME})
    # An installed one finds the shared library where that is installed with it.
    set_target_properties(${arg_NAME} PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  endif()
endfunction()

# A test program, its tests found when ctest runs:
#   quorate_test(NAME raft_tests SOURCES a.cpp b.cpp [ACTORS] [PLAIN] [SERIAL] [TIMEOUT seconds]
#                [LIBRARIES ...] [LABEL slow])
# SERIAL: while one of its tests runs, no other test does. ACTORS: links actors and CAF, and is left
# out where they aren't built. PLAIN: links nothing of ours. The others link the checked pure rooms.
# One label at most: gtest_discover_tests drops all but the first when it discovers before the tests
# run.
function(quorate_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "ACTORS;PLAIN;SERIAL" "NAME;TIMEOUT;LABEL" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "quorate_test(${arg_NAME}): unknown words ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(arg_ACTORS AND NOT QUORATE_BUILD_ACTORS)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBRARIES} GTest::gtest GTest::gtest_main
                                            GTest::gmock)
  if(arg_ACTORS)
    quorate_compile_settings(${arg_NAME} WITH_CAF)
    target_link_libraries(${arg_NAME} PRIVATE quorate_checked CAF::io)
    quorate_precompile_caf(${arg_NAME})
  else()
    quorate_compile_settings(${arg_NAME})
    if(NOT arg_PLAIN)
      target_link_libraries(${arg_NAME} PRIVATE quorate_runtime_checked)
    endif()
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_LABEL)
    list(APPEND properties LABELS ${arg_LABEL})
  endif()
  if(arg_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  gtest_discover_tests(
    ${arg_NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" PROPERTIES ${properties})
endfunction()
