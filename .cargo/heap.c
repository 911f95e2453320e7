/*
 * How the C library of Linux keeps memory, set before anything runs. Read by link.rs, which says why.
 *
 * What has at least so many bytes lies in a mapping of its own, which goes back to the system when it is freed, and
 * so does what is free at the end of a heap. Both would otherwise rise to the size of the largest block that was ever
 * freed, up to 32 MiB and twice that. Threads share a few heaps instead of having one each.
 */
#include <malloc.h>

__attribute__((constructor)) static void longread_heap(void) {
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 256 << 10);
    mallopt(M_ARENA_MAX, 4);
}
