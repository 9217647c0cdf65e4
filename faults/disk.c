/* A disk that forgets what was never flushed, beneath whichever SQLite library the program loads.
 *
 * Preloaded into the server. Every write to a watched file is made as usual, and before it the bytes it
 * covers and the bytes it brings are appended to a log of that file; a flush empties the log. When the
 * process is killed, what stands in the logs is exactly what a power cut may take back: faults/disk.py
 * does so. A lock makes "noted, then written" and "flushed, then forgotten" one step each.
 *
 * KHAOTHI_DISK       the folder whose files are watched (shared-memory files are not: no flush holds them)
 * KHAOTHI_DISK_LOG   the folder of the logs; a file "mode" in it may hold
 *                      full  no file may grow (ENOSPC)     eio  a flush fails (EIO)
 *                      lies  a flush says yes and does nothing
 *                      dies  the process is killed where it was going to flush
 * A file "clock" in it holds by how many seconds the machine's wall clock has been set off.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 4096, FILES = 64 };
enum { WRITE = 1, TRUNCATE = 2 };

struct record {
    uint64_t kind, offset, old_size, old_bytes, new_bytes;
};

struct watched {
    char path[PATH_MAX];
    int log;
};

static struct watched files[FILES];
static int n_files;
static unsigned char file_of[FDS]; /* place in files + 1 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static int is_watched(const char *path) {
    const char *folder = getenv("KHAOTHI_DISK");
    return folder && *folder && strncmp(path, folder, strlen(folder)) == 0
        && strstr(path, ".db") && !ends_with(path, "-shm");
}

static int in_mode(const char *mode) {
    char path[PATH_MAX], found[16] = "";
    snprintf(path, sizeof path, "%s/mode", getenv("KHAOTHI_DISK_LOG"));
    int fd = NEXT(open64)(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = read(fd, found, sizeof found - 1);
    NEXT(close)(fd);
    return n > 0 && strncmp(found, mode, strlen(mode)) == 0;
}

static int place_of(const char *path) {
    for (int i = 0; i < n_files; i++)
        if (strcmp(files[i].path, path) == 0) return i;
    if (n_files == FILES) abort();
    char log[PATH_MAX];
    const char *name = strrchr(path, '/');
    snprintf(log, sizeof log, "%s/%s.log", getenv("KHAOTHI_DISK_LOG"), name ? name + 1 : path);
    snprintf(files[n_files].path, PATH_MAX, "%s", path);
    files[n_files].log = NEXT(open64)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (files[n_files].log < 0) abort();
    return n_files++;
}

static struct watched *watched_by(int fd) {
    return fd >= 0 && fd < FDS && file_of[fd] ? &files[file_of[fd] - 1] : NULL;
}

static void must_write(int fd, const void *bytes, size_t n) {
    const char *at = bytes;
    while (n > 0) {
        ssize_t done = NEXT(write)(fd, at, n);
        if (done <= 0) abort(); /* better no server than a wrong log */
        at += done;
        n -= (size_t)done;
    }
}

static void note(struct watched *file, int fd, uint64_t kind, uint64_t offset, const void *bytes, size_t n) {
    struct stat now;
    if (fstat(fd, &now) != 0) abort();
    uint64_t size = (uint64_t)now.st_size, end = kind == TRUNCATE ? size : offset + n;
    uint64_t covered = offset >= size ? 0 : (end < size ? end : size) - offset;
    struct record head = {kind, offset, size, covered, n};
    char *whole = malloc(sizeof head + covered + n);
    if (!whole) abort();
    memcpy(whole, &head, sizeof head);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* the descriptor may be write-only */
    int reading = covered ? NEXT(open64)(path, O_RDONLY | O_CLOEXEC) : -1;
    if (covered && pread64(reading, whole + sizeof head, covered, (off_t)offset) != (ssize_t)covered) abort();
    if (reading >= 0) NEXT(close)(reading);
    if (n) memcpy(whole + sizeof head + covered, bytes, n);
    must_write(file->log, whole, sizeof head + covered + n);
    free(whole);
}

static int grows(int fd, uint64_t end) {
    struct stat now;
    return fstat(fd, &now) == 0 && end > (uint64_t)now.st_size;
}

static int opened(const char *path, int fd) {
    if (fd >= 0 && fd < FDS) {
        pthread_mutex_lock(&lock);
        file_of[fd] = is_watched(path) ? (unsigned char)(place_of(path) + 1) : 0;
        pthread_mutex_unlock(&lock);
    }
    return fd;
}

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                     \
        return opened(path, NEXT(name)(path, flags, mode));               \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (fd >= 0 && fd < FDS) file_of[fd] = 0;
    return NEXT(close)(fd);
}

static ssize_t written(int fd, const void *bytes, size_t n, off_t offset) {
    struct watched *file = watched_by(fd);
    if (!file) return NEXT(pwrite64)(fd, bytes, n, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (grows(fd, (uint64_t)offset + n) && in_mode("full")) {
        errno = ENOSPC;
    } else {
        note(file, fd, WRITE, (uint64_t)offset, bytes, n);
        done = NEXT(pwrite64)(fd, bytes, n, offset);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t offset) { return written(fd, bytes, n, offset); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset) { return written(fd, bytes, n, offset); }

ssize_t write(int fd, const void *bytes, size_t n) {
    if (!watched_by(fd)) return NEXT(write)(fd, bytes, n);
    off_t here = lseek(fd, 0, SEEK_CUR);
    ssize_t done = written(fd, bytes, n, here);
    if (done > 0) lseek(fd, here + done, SEEK_SET);
    return done;
}

static int truncated(int fd, off_t size) {
    struct watched *file = watched_by(fd);
    if (!file) return NEXT(ftruncate64)(fd, size);
    pthread_mutex_lock(&lock);
    note(file, fd, TRUNCATE, (uint64_t)size, NULL, 0);
    int done = NEXT(ftruncate64)(fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off_t size) { return truncated(fd, size); }
int ftruncate(int fd, off_t size) { return truncated(fd, size); }

static int flushed(int fd, int (*flush)(int)) {
    struct watched *file = watched_by(fd);
    if (!file) return flush(fd);
    pthread_mutex_lock(&lock);
    int done = 0;
    if (in_mode("dies")) raise(SIGKILL);
    if (in_mode("eio")) {
        errno = EIO;
        done = -1;
    } else if (!in_mode("lies")) {
        done = flush(fd);
        if (done == 0 && NEXT(ftruncate64)(file->log, 0) != 0) abort();
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int fdatasync(int fd) { return flushed(fd, NEXT(fdatasync)); }
int fsync(int fd) { return flushed(fd, NEXT(fsync)); }

int unlink(const char *path) { /* names are kept at once: what was in the file is of no more use */
    if (is_watched(path)) {
        pthread_mutex_lock(&lock);
        if (NEXT(ftruncate64)(files[place_of(path)].log, 0) != 0) abort();
        pthread_mutex_unlock(&lock);
    }
    return NEXT(unlink)(path);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = NEXT(clock_gettime);
    int done = real(which, now);
    const char *logs = getenv("KHAOTHI_DISK_LOG");
    if (done != 0 || which != CLOCK_REALTIME || !logs) return done;
    char path[PATH_MAX], shift[32] = "";
    snprintf(path, sizeof path, "%s/clock", logs);
    int fd = NEXT(open64)(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, shift, sizeof shift - 1) > 0) now->tv_sec += atol(shift);
        NEXT(close)(fd);
    }
    return 0;
}
