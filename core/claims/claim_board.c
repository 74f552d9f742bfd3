#include "claims/claim_board.h"

#include <string.h>

#include "base/auto.h"
#include "claims/claim.h"
#include "claims/claim_clock.h"
#include "claims/claim_folder.h"
#include "disk/file_system.h"

static void find_side(struct claim_board *board) {
    git_head_release(&board->head);
    git_head_read(&board->head, &board->git);
    board->side = (struct claim_side){
        .side = board->head.side[0] ? board->head.side : NULL,
        .worktree = board->git.top,
        .branch = board->head.branch,
        .commit = board->head.commit,
    };
}

void claim_board_init(struct claim_board *board, const struct workspace *workspace,
                      const struct claim_setting *setting) {
    *board = CLAIM_BOARD_CLOSED;
    board->workspace = workspace;
    board->setting = *setting;
}

void claim_board_close(struct claim_board *board) {
    claim_store_close(&board->store);
    git_head_release(&board->head);
    git_folder_release(&board->git);
    error_release(&board->trouble);
    *board = CLAIM_BOARD_CLOSED;
}

static void open_store(struct claim_board *board) {
    const struct claim_setting *setting = &board->setting;
    const char *root = board->workspace->root;
    bool is_found = git_folder_find(&board->git, root, &setting->limits, &board->trouble);
    if (!is_found && (setting->shared || setting->wanted == CLAIM_KEPT_IN_STATE)) {
        error_release(&board->trouble); /* the repository decides nothing then */
        is_found = true;
    }
    const struct git_folder *git = board->git.folder ? &board->git : NULL;
    if (!setting->shared && is_found &&
        claim_store_open(&board->store, board->workspace, git, setting->wanted, setting->lock_timeout_ms,
                         &board->trouble))
        board->authority = &board->store.authority;
    board->is_open = true;
}

void claim_board_update(struct claim_board *board) {
    if (!board->is_open)
        open_store(board);
    find_side(board);
    if (board->setting.shared) { /* asked again, whatever the last answer was */
        error_release(&board->trouble);
        board->authority = board->setting.shared;
    }
    if (board->authority && !claim_clock_read(&board->moment, &board->trouble))
        board->authority = NULL;
}

void claim_board_refresh(struct claim_board *board) {
    claim_board_update(board);
    if (board->authority && !board->authority->calls->refresh(board->authority, &board->trouble))
        board->authority = NULL;
}

const char *claim_board_keeping(const struct claim_board *board) {
    return board->setting.shared ? "team" : claim_keeping_name(board->store.folder.keeping);
}

const char *claim_board_warning(const struct claim_board *board) {
    return board->setting.shared ? "claims.team" : "claims.folder";
}

void claim_setting_append_git(struct buffer *text, const struct claim_setting *setting, const char *root) {
    AUTO(git_folder) git = {0};
    AUTO(error) ignored = {0};
    if (setting->wanted == CLAIM_KEPT_IN_GIT)
        git_folder_find(&git, root, &setting->limits, &ignored);
    git_folder_append_identity(text, &git);
}

/* Neither sees any claims in a working tree that the repository does not know, and on a file system of other machines.
 */
bool claim_board_sees(const struct claim_board *board, const char *git) {
    static const struct git_folder none = {0};
    AUTO(buffer) own = {0};
    git_folder_append_identity(&own, board->setting.wanted == CLAIM_KEPT_IN_GIT ? &board->git : &none);
    return strcmp(own.data, git) == 0 && (board->authority || strcmp(git, GIT_FOLDER_UNKNOWN) == 0 ||
                                          !file_system_is_local(board->workspace->files.root));
}

bool claim_board_require(const struct claim_board *board, struct error *error) {
    if (board->authority)
        return true;
    error_set(error, board->trouble.code, "%s", board->trouble.message);
    return board->trouble.hint ? error_hint(error, "%s", board->trouble.hint) : false;
}

const struct claim_list *claim_board_find_kept(const struct claim_board *board, const char *path) {
    return board->find_kept && board->authority ? board->find_kept(board->kept_data, path) : NULL;
}

void claim_board_list(struct claim_board *board, const char *path, struct claim_list *list) {
    if (board->authority && !board->authority->calls->list(board->authority, path, list, &board->trouble))
        board->authority = NULL;
}
