/* The wait of C11 threads until a time of day, by the one of POSIX, which libfaketime knows; glibc's types are the same. */

#include <errno.h>
#include <pthread.h>
#include <threads.h>

int cnd_timedwait(cnd_t *restrict changed, mtx_t *restrict lock, const struct timespec *restrict until) {
    switch (pthread_cond_timedwait((pthread_cond_t *)changed, (pthread_mutex_t *)lock, until)) {
    case 0:
        return thrd_success;
    case ETIMEDOUT:
        return thrd_timedout;
    default:
        return thrd_error;
    }
}
