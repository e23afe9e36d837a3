#include <sys/types.h>

// glibc's <fcntl.h> and <linux/falloc.h>; Swift's module `Glibc` leaves out what needs _GNU_SOURCE.
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);
enum { FALLOC_FL_KEEP_SIZE = 1 };

// glibc's <unistd.h>.
extern int pipe2(int ends[2], int flags);
extern int close_range(unsigned int first, unsigned int last, int flags);

// <spawn.h>: POSIX_SPAWN_SETSID.
enum { SPAWN_IN_NEW_SESSION = 0x80 };

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

// <linux/close_range.h>.
enum { CLOSE_RANGE_CLOEXEC = 1 << 2 };

// Starts a program in a session of its own, with its standard input from /dev/null, that the kernel kills as soon as the
// thread that calls this has ended. What is between fork and exec can only be written in C: nothing there may allocate.
static inline pid_t start_bound(
    const char *program, char *const arguments[], char *const environment[], const char *folder, int output, int error) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child != 0) return child;
    // One whose parent has ended before it could say so would live for ever.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(127);
    setsid();
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // Above what they are about to become, whatever this process has closed.
    output = fcntl(output, F_DUPFD_CLOEXEC, 3);
    error = fcntl(error, F_DUPFD_CLOEXEC, 3);
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(output, 1) == 1 && dup2(error, 2) == 2 && chdir(folder) == 0) {
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        execve(program, arguments, environment);
    }
    static const char words[] = "it cannot be started\n";
    (void)!write(2, words, sizeof words - 1);
    _exit(127);
}
