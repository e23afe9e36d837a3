#include <sys/types.h>

// glibc's <fcntl.h> and <linux/falloc.h>; Swift's module `Glibc` leaves out what needs _GNU_SOURCE.
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);
enum { FALLOC_FL_KEEP_SIZE = 1 };
