// What the library shows to whoever links it.
#pragma once

// quorate is compiled with hidden symbols, and these two words say what is to be seen beside the
// headers. QUORATE_SHARED is defined by the CMake target and the pkg-config file of a shared
// library, nobody needs to do it by hand. In a static one nothing is marked, so that a shared
// library of the embedder's own doesn't pass quorate's symbols on.
#if defined(QUORATE_SHARED) && defined(__GNUC__)
#define QUORATE_EXPORT __attribute__((visibility("default")))
/// Of a class within an exported one: how the outer one is made is nobody's business.
#define QUORATE_LOCAL __attribute__((visibility("hidden")))
#else
#define QUORATE_EXPORT
#define QUORATE_LOCAL
#endif
