/* alloc.c: every allocation of every run fails once.
 *
 * In: the source folder, the name of a run if it is to be the only one, and
 * the runs of alloc_cases.c.  Out: what went wrong, and status 1 if anything
 * did.  For n = 1, 2, 3... the n-th allocation of a run fails, alone or with
 * all that follow, or leaves errno as if it had, until a run has no n-th.  Each
 * such run has a process of its own, so that what libraries set up at their
 * first use is hit too, and a crash or an endless loop is one finding of many.
 * There the run is made four times: failing, then not, and both again.  What
 * fails must say that memory is short and nothing else; what does not must
 * give what an undisturbed run gives; and afterwards as much must be
 * allocated as after undisturbed runs.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "hook.h"

enum {
    SECONDS = 10,
    FINDINGS_MAX = 5,
    STATUS_PASSED = 3,
    SETTLING = 4 /* runs until iconv has unloaded what it kept for a while */
};

/* What undisturbed runs come to. */
struct reference {
    struct outcome outcome;
    long live;
};

/* One allocation that fails. */
struct fault {
    size_t number; /* 0: none */
    enum hook_fault kind;
};

/* Standard error, for the library writes to another.  Without a buffer, which
 * would be an allocation. */
static FILE *findings;

static bool check(bool right, const char *what) {
    if (!right)
        fprintf(findings, "  %s\n", what);
    return right;
}

/* Whether an allocation failed. */
static bool run_once(const struct fault_case *test, struct fault fault,
                     struct outcome *outcome) {
    *outcome = (struct outcome){.status = DECLUTTER_OK};
    hook_arm(fault.number, fault.kind);
    test->run(test->argument, outcome);
    return hook_disarm();
}

static bool is_same(const struct outcome *one, const struct outcome *other) {
    return one->status == other->status && one->length == other->length &&
           one->hash == other->hash;
}

/* A failure may well be got over; then nothing may be missing. */
static bool check_disturbed(const struct outcome *outcome,
                            const struct outcome *wanted) {
    const char *message = outcome->error.message;
    if (outcome->status == DECLUTTER_OK)
        return check(is_same(outcome, wanted), "another result, called good");
    bool said =
        strstr(message, "out of memory") || strstr(message, strerror(ENOMEM));
    if (!check(said, "a message that is not about memory:"))
        fprintf(findings, "  status %d, \"%s\"\n", outcome->status, message);
    return said;
}

/* What is allocated when nothing unusual has been for some runs. */
static long count_live(const struct fault_case *test) {
    struct outcome outcome;
    for (int round = 0; round < SETTLING; round++)
        run_once(test, (struct fault){0, HOOK_ONE}, &outcome);
    return hook_live();
}

/* What the library printed. */
static bool check_silence(FILE *printed) {
    char line[200];
    fflush(stderr);
    rewind(printed);
    if (!fgets(line, sizeof line, printed))
        return true;
    fprintf(findings, "  printed: %s\n", line);
    return false;
}

/* The process of one fault; returns its status. */
static int disturb(const struct fault_case *test, struct fault fault,
                   const struct reference *reference, FILE *printed) {
    static const struct fault none = {0, HOOK_ONE};
    struct outcome outcome;
    bool hit = false, right = true;
    for (int round = 0; round < 2; round++) {
        hit |= run_once(test, fault, &outcome);
        right &= check_disturbed(&outcome, &reference->outcome);
        if (fault.kind == HOOK_DETOUR)
            right &= check(outcome.status == DECLUTTER_OK,
                           "no memory was missing, yet it failed");
        run_once(test, none, &outcome);
        right &= check(is_same(&outcome, &reference->outcome),
                       "another result afterwards");
    }
    long leaked = count_live(test) - reference->live;
    right &= check_silence(printed);
    if (!check(leaked <= 2 * test->lost, "a leak:")) {
        fprintf(findings, "  %ld allocations\n", leaked);
        right = false;
    }
    if (!right)
        return EXIT_FAILURE;
    return hit ? EXIT_SUCCESS : STATUS_PASSED;
}

/* A child of this process, in which the library has not been used yet and
 * standard error is a file. */
static pid_t start(FILE **printed) {
    fflush(NULL);
    pid_t child = fork();
    if (child != 0)
        return child;
    alarm(SECONDS);
    *printed = tmpfile();
    if (!*printed || dup2(fileno(*printed), STDERR_FILENO) < 0)
        _exit(EXIT_FAILURE);
    return 0;
}

static bool measure(const struct fault_case *test,
                    struct reference *reference) {
    int ends[2];
    FILE *printed;
    if (pipe(ends) != 0)
        return false;
    pid_t child = start(&printed);
    if (child == 0) {
        run_once(test, (struct fault){0, HOOK_ONE}, &reference->outcome);
        reference->live = count_live(test);
        ssize_t sent = write(ends[1], reference, sizeof *reference);
        _exit(sent == (ssize_t)sizeof *reference ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(ends[1]);
    ssize_t got = child < 0 ? 0 : read(ends[0], reference, sizeof *reference);
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    return got == (ssize_t)sizeof *reference &&
           reference->outcome.status == DECLUTTER_OK &&
           reference->outcome.length > 0;
}

/* false: the process found something, or did not end well. */
static bool disturb_apart(const struct fault_case *test, struct fault fault,
                          const struct reference *reference, bool *passed) {
    FILE *printed;
    int status = 0;
    pid_t child = start(&printed);
    if (child == 0) {
        int result = disturb(test, fault, reference, printed);
        _exit(result);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return check(false, "no process");
    if (WIFSIGNALED(status))
        return check(false, WTERMSIG(status) == SIGALRM ? "no end" : "a crash");
    *passed = WEXITSTATUS(status) == STATUS_PASSED;
    return WEXITSTATUS(status) == EXIT_SUCCESS || *passed;
}

static bool disturb_all(const struct fault_case *test, enum hook_fault kind) {
    struct reference reference = {.live = 0};
    static const char *const names[] = {"only", "from", "around"};
    struct fault fault = {1, kind};
    const char *which = names[kind];
    unsigned found = 0;
    if (!check(measure(test, &reference), "undisturbed, it fails")) {
        fprintf(findings, "FAILED: %s\n", test->name);
        return false;
    }
    for (bool passed = false; !passed; fault.number++) {
        if (disturb_apart(test, fault, &reference, &passed))
            continue;
        fprintf(findings, "FAILED: %s, %s allocation %zu\n", test->name, which,
                fault.number);
        if (++found == FINDINGS_MAX)
            break;
    }
    printf("%s, %s one: %zu\n", test->name, which, fault.number - 2);
    return !found;
}

int main(int argc, char **argv) {
    const struct fault_case *test;
    bool right = true;
    findings = fdopen(dup(STDERR_FILENO), "w");
    if (!findings || setvbuf(findings, NULL, _IONBF, 0) || argc < 2 ||
        chdir(argv[1]) != 0 || !fault_cases_prepare())
        return EXIT_FAILURE;
    for (size_t i = 0; (test = fault_case(i)); i++) {
        if (argc > 2 && strcmp(argv[2], test->name))
            continue;
        for (int kind = HOOK_ONE; kind <= HOOK_DETOUR; kind++)
            right &= disturb_all(test, (enum hook_fault)kind);
    }
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
