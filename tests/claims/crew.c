#include "crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge.h"

int crew_random(int least, int most) {
    return least + (int)(random() % (most - least + 1));
}

void *crew_share(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(memory != MAP_FAILED, "mmap");
    return memory;
}

static void begin(struct crew *crew, int number) {
    fflush(stdout);
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid) {
        crew->pids[number] = pid;
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    srandom((unsigned)getpid() ^ (unsigned)judge_now_ns());
    crew->work(crew->site, number, judge_open_log(crew->log_folder));
    _exit(0);
}

void crew_start(struct crew *crew, const struct worksite *site, int count,
                void (*work)(const struct worksite *site, int number, int log)) {
    *crew = (struct crew){.site = site, .work = work, .count = count};
    worksite_folder(site, "log");
    snprintf(crew->log_folder, sizeof crew->log_folder, "%s/log", site->base);
    crew->log = judge_open_log(crew->log_folder);
    for (int i = 0; i < count; i++)
        begin(crew, i);
}

/* True if it stands still, false if it has ended. */
static bool stand_still(pid_t pid) {
    int status;
    return pid && kill(pid, SIGSTOP) == 0 && waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status);
}

/* False if it has ended before. Noted first: what it holds is free as soon as it is dead. */
static bool end(struct crew *crew, pid_t pid) {
    if (!stand_still(pid))
        return false;
    judge_note(crew->log, EVENT_KILLED, JUDGE_NO_KEY, pid, 0, 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return true;
}

void crew_kill(struct crew *crew) {
    int number = crew_random(0, crew->count - 1);
    if (!end(crew, crew->pids[number])) {
        crew->pids[number] = 0;
        return;
    }
    crew->kill_count++;
    begin(crew, number);
}

void crew_stop(struct crew *crew, int ms) {
    int number = crew_random(0, crew->count - 1);
    if (!stand_still(crew->pids[number])) {
        crew->pids[number] = 0;
        return;
    }
    usleep((useconds_t)ms * 1000);
    kill(crew->pids[number], SIGCONT);
    crew->stop_count++;
}

void crew_end(struct crew *crew) {
    for (int i = 0; i < crew->count; i++)
        if (crew->pids[i])
            end(crew, crew->pids[i]);
}

/* The others may wait for it at a barrier. */
static void give_up(struct crew *crew, int status) {
    printf("FAILED: an agent has ended with status 0x%x\n", (unsigned)status);
    for (int i = 0; i < crew->count; i++)
        if (crew->pids[i])
            kill(crew->pids[i], SIGKILL);
}

bool crew_wait(struct crew *crew) {
    bool is_well = true;
    int status;
    for (pid_t pid; (pid = wait(&status)) > 0 || errno == EINTR;) {
        for (int i = 0; i < crew->count; i++)
            if (crew->pids[i] == pid)
                crew->pids[i] = 0;
        if (pid > 0 && status && is_well)
            give_up(crew, status);
        is_well = is_well && (pid < 0 || status == 0);
    }
    return is_well;
}

bool crew_is_busy(const struct crew *crew) {
    for (int i = 0; i < crew->count; i++) {
        siginfo_t info = {.si_pid = 0};
        if (crew->pids[i] && waitid(P_PID, (id_t)crew->pids[i], &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            !info.si_pid)
            return true;
    }
    return false;
}
