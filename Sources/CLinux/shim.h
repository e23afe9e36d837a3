#include <sys/types.h>

// glibc's <fcntl.h> and <linux/falloc.h>; Swift's module `Glibc` leaves out what needs _GNU_SOURCE.
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);
enum { FALLOC_FL_KEEP_SIZE = 1 };

// glibc's <unistd.h>.
extern int pipe2(int ends[2], int flags);
extern int close_range(unsigned int first, unsigned int last, int flags);

// <linux/close_range.h>.
enum { CLOSE_RANGE_CLOEXEC = 1 << 2 };

// <linux/prctl.h>; Swift calls no function with variable arguments.
#include <sys/prctl.h>
#include <signal.h>
static inline int die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
