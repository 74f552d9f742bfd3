#include "verbs.h"

#include "cli/command.h"
#include "cli/options.h"
#include "commands/commands.h"
#include "mcp/mcp_command.h"
#include "menu/menu_command.h"

const struct verb verbs[] = {
    {"status", "[PLAN] [IDS] [--level LEVELS] [--ready | --blocked | --for PURPOSE] [--watch]",
     "progress: every achievement, its state, and what it needs or waits for",
     "Without PLAN: the plan of the current folder, or all plans of the workspace. With --watch it is shown again at each "
     "change, until Ctrl-C or the end of --timeout (124).",
     "batchctl status\n    all plans, a line each\n"
     "batchctl status MY-PLAN\n    one plan, achievement by achievement\n"
     "batchctl status MY-PLAN --for review\n    what waits for a reviewer\n"
     "batchctl status MY-PLAN --blocked --level 0-2\n    what waits for others there\n"
     "batchctl status --json | jq '.data.plans[].progress'\n    for scripts\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_FILTER | SCOPE_STATUS, read_status},
    {"next", "[PLAN] [IDS] [--level LEVELS] [--for PURPOSE] | [PLAN] --claim [--wait[=TIME]] [-- COMMAND]",
     "what is ready now, and the one command to type next; or take the most urgent one",
     "With --claim it takes what is most urgent and free, as \"claim\" does with one that is named: what can wait least, "
     "then by level. Work and design, unless --for names others; a review never of what you have submitted. The status "
     "is 4 if nothing is free now, 3 if nothing is left.",
     "batchctl next MY-PLAN\n    the ready set of one plan\n"
     "batchctl next --claim --wait=30m\n    something to do, as soon as there is something\n"
     "batchctl next --claim --submit -- ./agent.sh\n    an agent works on it, and keeps the claim while it runs\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_FILTER | SCOPE_TAKE | SCOPE_NEXT, read_next},
    {"show", "[PLAN] ID... | --batch BATCH", "all about one achievement: state, files, dependencies, objective",
     "Several IDs give an answer each; with --json a document each, a line each.",
     "batchctl show MY-PLAN 3.1\n    achievement 3.1\n"
     "batchctl show --batch 7\n    batch 7: its files, and whether they are still as they were written\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_SHOW | SCOPE_IDS, read_show},
    {"why", "[PLAN] ID...", "why an achievement is not ready, and what it holds up",
     "Several IDs give an answer each; with --json a document each, a line each.",
     "batchctl why MY-PLAN 3.1\n    everything 3.1 waits for, and the file that ends each wait\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_IDS, read_achievements},
    {"graph",
     "[PLAN] [--open] [--level LEVELS] [--format tree|svg|html|dot|mermaid|json] [--output FILE [--follow] [--force]]",
     "the dependency graph",
     "In an SVG of more than 40 achievements, levels that are complete are folded into a line; -v draws them. With "
     "--output a file of an earlier graph is replaced, unless it was edited since. html is a page with the picture, what is "
     "ready, who works on what, and the last events; without PLAN it has all plans of the workspace.",
     "batchctl graph MY-PLAN\n    a tree for the terminal\n"
     "batchctl graph MY-PLAN --open --level 4-6\n    what is left on these levels\n"
     "batchctl graph MY-PLAN --format svg --output graph.svg\n    a picture for a browser\n"
     "batchctl graph --format html --output plans.html --follow\n    a page of all plans that stays current, for a browser\n"
     "batchctl graph MY-PLAN --format dot | dot -Tpdf > graph.pdf\n    another one, by Graphviz\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_GRAPH, read_graph},
    {"what-if", "[PLAN] IDS | --unblock ID", "what would be ready, and what is left, if some were complete",
     "Nothing is changed. With --unblock: the fewest achievements that have to be complete for ID to be ready, in an "
     "order in which they can be done.",
     "batchctl what-if MY-PLAN 2.1 2.2\n    what these two would make ready, and the hours left then\n"
     "batchctl what-if MY-PLAN --unblock 3.1\n    what 3.1 waits for, and how long that takes\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_WHAT_IF | SCOPE_IDS, read_what_if},
    {"create", "[PLAN] [IDS] [--level LEVELS | --ready | --all] [--kind execution|subplan | --rework]",
     "create EXECUTION_TASKs or SUBPLANs, all at once",
     "Only what is missing is created; a name that exists is never replaced. Every EXECUTION_TASK needs its SUBPLAN: "
     "if one is missing, nothing is created. You see what will be created, and are asked once. With --rework, each "
     "achievement that a FIX has sent back gets its next EXECUTION_TASK, with the points of that FIX.",
     "batchctl create MY-PLAN --level 2 --dry-run\n    look first; nothing changes\n"
     "batchctl create MY-PLAN --level 2\n    all EXECUTION_TASKs of level 2\n"
     "batchctl create MY-PLAN --kind subplan 3.1 3.2 --yes\n    two SUBPLANs, without asking\n"
     "batchctl create MY-PLAN --rework\n    what is to be reworked, as EXECUTION_TASKs\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_SELECT | SCOPE_KIND | SCOPE_CREATE | SCOPE_WRITE |
         SCOPE_REQUEST,
     write_run},
    {"retry", "BATCH", "create what failed in a batch that kept going", NULL,
     "batchctl retry 7\n    what batch 7 could not create\n", SCOPE_COMMON | SCOPE_CREATE | SCOPE_WRITE | SCOPE_REQUEST,
     write_retry},
    {"undo", "[BATCH | PLAN] [--ids IDS]", "remove the files of a batch that have not been edited since",
     "Without BATCH: your last one of PLAN, or of the plan of the current folder, or of the workspace; there, with "
     "several plans and --yes, one of them is needed. Files that were edited stay, EXECUTION_TASKs that were reviewed "
     "too, and SUBPLANs that have an EXECUTION_TASK.",
     "batchctl undo --dry-run\n    what would go, and what would stay\n"
     "batchctl undo MY-PLAN\n    your last batch of one plan\n"
     "batchctl undo 7 --yes\n    batch 7, without asking\n"
     "batchctl undo 7 --ids 2.1\n    what batch 7 has made for 2.1; the rest can be undone later\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_UNDO | SCOPE_WRITE, write_undo},
    {"history", "[PLAN] [-n N]", "your batches, newest first", "Without PLAN: those of all plans of the workspace.",
     "batchctl history\n    all of them\n"
     "batchctl history MY-PLAN -n 1\n    the last one of a plan\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_HISTORY | SCOPE_REQUEST, command_ask},
    {"submit", "[PLAN] IDS [-m TEXT | -F FILE]", "say that the work of an EXECUTION_TASK is done: a review is due",
     "Writes SUBMITTED_<XY>_<NN>.md for the last EXECUTION_TASK. Of an achievement with parts, for each part that has its "
     "EXECUTION_TASK; or for the part whose id is given.",
     "batchctl submit MY-PLAN 3.1 -m 'done; the tests pass'\n    3.1 waits for its review\n"
     "batchctl submit MY-PLAN 3.1,3.2 -F notes.md --as ann --yes\n    both, without asking, by ann\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_REVIEW | SCOPE_CONTENT | SCOPE_WRITE |
         SCOPE_REQUEST,
     review_command_run},
    {"approve", "[PLAN] IDS [-m TEXT | -F FILE]", "accept the work: the achievement is complete",
     "Writes APPROVED_<XY>.md. What is not submitted is approved with a warning, unless require_submitted is set. One that "
     "a FIX has sent back needs a text.",
     "batchctl approve MY-PLAN 3.1\n    3.1 is complete, and what waits for it alone is ready\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_REVIEW | SCOPE_CONTENT | SCOPE_WRITE |
         SCOPE_REQUEST,
     review_command_run},
    {"reject", "[PLAN] IDS -m TEXT | -F FILE", "send the work back: what has to be fixed",
     "Writes FIX_<XY>.md, or FIX_<XY>_<NN>.md if that exists. Each paragraph or list item of the text is one point of the "
     "rework, which \"create --rework\" makes an EXECUTION_TASK of.",
     "batchctl reject MY-PLAN 3.1 -m 'the empty list crashes'\n    one point\n"
     "batchctl reject MY-PLAN 3.1 -F -\n    the points from standard input\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_REVIEW | SCOPE_CONTENT | SCOPE_WRITE |
         SCOPE_REQUEST,
     review_command_run},
    {"skip", "[PLAN] IDS -m TEXT | -F FILE", "decide that an achievement is not to be done",
     "Writes SKIPPED_<XY>.md with the reason. What waits for it goes on as if it were complete.",
     "batchctl skip MY-PLAN 3.2 -m 'not in this release'\n    3.2 is skipped\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_REVIEW | SCOPE_CONTENT | SCOPE_WRITE |
         SCOPE_REQUEST,
     review_command_run},
    {"reopen", "[PLAN] IDS [-m TEXT | -F FILE]", "take an approval or a skip back",
     "Renames APPROVED_<XY>.md to APPROVED_<XY>_REOPENED_<n>.md, and SKIPPED likewise; nothing is lost. The text is kept "
     "in the record of the batch.",
     "batchctl reopen MY-PLAN 3.1\n    3.1 is open again, and what it blocks is named\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_REVIEW | SCOPE_CONTENT | SCOPE_WRITE |
         SCOPE_REQUEST,
     review_command_run},
    {"adopt", "[PLAN] [--ids IDS] [--approve]", "submit what says of itself that it is complete",
     "For plans that were worked on without reviews: each EXECUTION_TASK whose last status line says complete, or whose "
     "boxes are all ticked, is submitted, or with --approve approved, with a quotation of that line.",
     "batchctl adopt MY-PLAN --dry-run\n    look first: what says so, and where\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_SELECT | SCOPE_IDS | SCOPE_ADOPT | SCOPE_CONTENT | SCOPE_WRITE |
         SCOPE_REQUEST,
     review_command_adopt},
    {"claim", "[PLAN] ID [--for KIND] [-- COMMAND]", "say that you work on an achievement now, so that no other does",
     "Prints a handle, which proves that the claim is yours: see heartbeat, release and --claim HANDLE. It holds for an "
     "hour, or as --ttl says. With -- COMMAND it holds while that runs, which finds the handle in BATCHCTL_CLAIM, and "
     "BATCHCTL_PLAN, _ID, _FOR and _FILE. When it has ended with 0 and the work is done, so is the claim; otherwise the "
     "claim is given up, and the status is 4 if the work is not done, 123 if COMMAND has failed, 126 or 127 if it cannot "
     "be run.",
     "batchctl claim MY-PLAN 3.1 --as ann\n    3.1 is ann's for an hour\n"
     "batchctl claim MY-PLAN 3.1 --submit -- ./agent.sh\n    while the agent runs; then it is submitted\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_TAKE | SCOPE_CLAIM, claim_command_take},
    {"heartbeat", "[HANDLE...]", "keep claims for another while",
     "Each holds for as long again as it was taken for. The status is 7 if one is lost: then stop working on it.",
     "batchctl heartbeat \"$handle\"\n    every few minutes\n", SCOPE_COMMON | SCOPE_HEARTBEAT,
     claim_command_heartbeat},
    {"release", "[HANDLE] [--done] [-m TEXT | -F FILE] | --force [PLAN] ID", "end a claim: done, or given up",
     "With --done the work is submitted first, with the text, if it is not yet. With --force a person ends the claim of "
     "another.",
     "batchctl release \"$handle\" --done -m 'the tests pass'\n    submitted, and free for its review\n"
     "batchctl release --force MY-PLAN 3.1\n    of one that does not answer any more\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_IDS | SCOPE_RELEASE, claim_command_release},
    {"claims", "[PLAN] [-a] | --forget [PLAN] ID", "who works on what, and what is finished on other branches",
     "What was finished in another worktree, or on another branch, is offered nowhere until it is merged. --forget "
     "removes that mark, where the work was thrown away.",
     "batchctl claims\n    of all plans\n"
     "batchctl claims --forget MY-PLAN 3.1\n    3.1 is offered again\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_IDS | SCOPE_CLAIMS, claim_command_list},
    {"team", "init [--name NAME (--service SERVICE | --url URL)] | status",
     "share claims with clones on other machines, by a server",
     "init asks whether this workspace may use the server, greets it, and writes section [team] of .batchd/config, which is "
     "to be committed. Where that is there already, it only asks: once for each clone.",
     "batchctl team init --name shop --service batchd\n    the first clone; the service is in ~/.pg_service.conf\n"
     "batchctl team init\n    another clone, which has the committed configuration\n"
     "batchctl team status\n    the server, as whom it knows you, and what is claimed\n",
     SCOPE_COMMON | SCOPE_TEAM, team_command_run},
    {"menu", "[PLAN]", "all of this by single keys, on one screen that is always current",
     "Progress by level, what is ready and for what, what waits for what; keys that create, undo, and show the graph, "
     "prompts and faults. ? explains them. Nothing is written but after a preview and a confirmation. Without a terminal "
     "it prints what status and next do, and the status is 8.",
     "batchctl menu\n    choose a plan first, if there are several\n"
     "batchctl menu MY-PLAN\n    the menu of one plan\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN, menu_command_run},
    {"prompt", "discover|fill|execute|review [PLAN] [IDS] [--level LEVELS | --ready | --all] [--output DIR [--force]]",
     "prompts for an LLM, many at once",
     "discover: find the dependencies of a plan, and write its parallel.json. fill: complete the SUBPLANs that are not, "
     "all of the plan without a selector. execute: do EXECUTION_TASKs, those that are ready without a selector. With "
     "--output each goes to a separate file. Files of an earlier round are brought up to date, but not those that were "
     "edited since, unless --force is given.",
     "batchctl prompt discover MY-PLAN\n    for a plan without parallel.json, or with a doubtful one\n"
     "batchctl prompt fill MY-PLAN --level 2\n    for the SUBPLANs of level 2 that are placeholders or drafts\n"
     "batchctl prompt execute MY-PLAN --output prompts\n    for all that can be worked on now, a file each\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_IDS | SCOPE_SELECT | SCOPE_PROMPT, prompts_command_run},
    {"init", "NAME | --graph [PLAN] [--update] | --agents",
     "a new plan to fill in, or the parallel.json of a plan, from its PLAN",
     "NAME is relative to the current folder; group/NAME makes the group as well. In a folder without plans above or "
     "below it, that folder becomes the workspace. --graph takes titles, hours and dependencies from the PLAN. "
     "With --update it brings the parallel.json that is there up to date: what only the PLAN has is added, titles, hours "
     "and the dependencies that the PLAN names follow it, and all else stays as it is. "
     "--agents prints lines for the AGENTS.md or CLAUDE.md of a repository.",
     "batchctl init MY-PLAN\n    a folder with PLAN_MY-PLAN.md and parallel.json\n"
     "batchctl init --graph MY-PLAN --dry-run --show\n    the parallel.json that would be written\n"
     "batchctl init --graph MY-PLAN --update --dry-run\n    what has changed in the PLAN since, as a diff\n"
     "batchctl init --agents >> AGENTS.md\n    how agents work through the plans\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_CONTENT | SCOPE_WRITE | SCOPE_REQUEST | SCOPE_INIT, write_init},
    {"import", "SOURCE [--name NAME]", "a new plan from a task list of another tool",
     "SOURCE is a file or folder of Task Master, spec-kit, beads, Backlog.md, OpenSpec or Kiro, or - for standard input. "
     "Each item becomes an achievement with its texts, what it waits for, and its id there. What has no place in a plan "
     "goes under Notes; what cannot be taken is named. What is finished there is only noted, unless --with-status is "
     "given. A folder that is one feature gives the plan its name.",
     "batchctl import .taskmaster/tasks/tasks.json --name MY-PLAN\n    the list master, or the only one\n"
     "batchctl import specs/004-lending-desk --by phase\n    the plan LENDING-DESK, an achievement a phase\n"
     "batchctl import . --name MY-PLAN --open --dry-run\n    look first: what is open, wherever the list is\n"
     "bd export | batchctl import - --name MY-PLAN\n    from standard input\n",
     SCOPE_COMMON | SCOPE_CONTENT | SCOPE_WRITE | SCOPE_REQUEST | SCOPE_IMPORT, write_import},
    {"validate", "[PLAN | FILE] [--format text|gcc|github|sarif]",
     "find everything that is wrong with plans, each with its place and remedy",
     "A FILE is a dependency file anywhere; it needs no workspace. gcc is for editors, github for the annotations of "
     "GitHub Actions, sarif for code scanning.",
     "batchctl validate\n    all plans\n"
     "batchctl validate draft/parallel.json\n    one file\n"
     "batchctl validate --format sarif > plans.sarif\n    for a program that collects reports\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_VALIDATE, read_validate},
    {"mcp", "[--print-config claude|codex|json]",
     "serve coding agents: a Model Context Protocol server on standard input and output",
     "A coding agent starts it and calls its tools: see what is ready, take work, hand it in. What agents may do says [mcp] "
     "allow in your configuration; without a change there, they cannot approve, reject, skip or undo.",
     "claude mcp add batchd -- batchctl mcp\n    register it with Claude Code\n"
     "batchctl mcp --print-config json\n    the registration, for other clients\n",
     SCOPE_COMMON | SCOPE_MCP, mcp_command_run},
    {"doctor", "", "check everything: files that are ignored, leftovers, settings, the daemon; changes nothing",
     "Each finding has its place and what to do. The exit status is 6 if there are errors, 0 for warnings and notes.",
     "batchctl doctor\n    everything\n"
     "batchctl doctor --json | jq -r '.data.findings[].hint'\n    for scripts\n",
     SCOPE_COMMON, doctor_command_run},
    {"daemon", "run | status | reload | stop | install | uninstall",
     "the daemon that keeps the plans in memory and publishes events",
     "It is not needed: without it batchctl reads the plans itself, and answers the same. "
     "install makes it a service of your systemd, for this workspace: the first client starts it; uninstall takes that "
     "back. See batchd(8).",
     "batchctl daemon run &\n    start it for as long as you work here\n"
     "batchctl daemon status\n    whether it runs, and its counts\n"
     "batchctl daemon install\n    as a service, from now on; shows the commands first, and asks\n"
     "batchctl daemon stop --all\n    stop each one of yours, also where the workspace is gone\n",
     SCOPE_COMMON | SCOPE_DAEMON | SCOPE_STOP | SCOPE_INSTALL, daemon_command_run},
    {"watch", "[PLAN] [--event TYPE]... [--exec -- COMMAND]", "the daemon's events as they happen",
     "TYPE is one of plan.added, plan.removed, plan.changed, plan.invalid, subplan.created, subplan.completed, "
     "subplan.reopened, subplan.removed, execution.created, execution.removed, achievement.completed, "
     "achievement.submitted, achievement.skipped, achievement.reopened, achievement.failed, achievement.ready, "
     "level.subplans_complete, level.completed, claim.taken, claim.released, claim.expired, claim.finished, "
     "batch.created, batch.undone, batch.failed, watch.overflow, watch.degraded, watch.recovered, resync; or the part before the point. "
     "With --json each event is a line of JSON. It needs the daemon.",
     "batchctl watch\n    all events of all plans\n"
     "batchctl watch MY-PLAN --event level.subplans_complete --count 1\n    until the SUBPLANs of a level are complete\n"
     "batchctl watch --event subplan.completed --exec -- ./review.sh\n    run a program for each; the event is its input\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_WATCH, watch_run},
    {"wait", "[PLAN] --for CONDITION [--level LEVEL] [--timeout TIME]", "wait until a condition is met",
     "CONDITION is subplans-complete or level-complete, with --level; or ready=ID, free=ID, complete=ID or submitted=ID; or "
     "submitted, for any of the plan, or without PLAN of the workspace. Returns at once if it is met already, and with 124 if it is not met within TIME "
     "(10m). It continues while the plan is missing, as it is "
     "for a moment when git switches a branch.",
     "batchctl wait MY-PLAN --for subplans-complete --level 2\n    until every SUBPLAN of level 2 is complete\n"
     "batchctl wait MY-PLAN --for complete=3.1 --timeout 2h\n    until 3.1 is approved\n"
     "batchctl wait --for submitted --timeout 8h && batchctl next --for review\n    a reviewer's turn\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_ONE_PLAN | SCOPE_WAIT, wait_run},
    {"config", "show | get KEY | path", "every setting, its value, and where that comes from",
     "get prints the value of one setting alone, path the file of your own settings, which may not exist.",
     "batchctl config show\n    the settings in force here\n"
     "batchctl config get root\n    the workspace\n"
     "${EDITOR:-vi} \"$(batchctl config path)\"\n    change your settings\n",
     SCOPE_COMMON, config_command_run},
    {"completion", "bash | zsh | fish", "the completion script for your shell",
     "With \"words -- WORD...\": what may come next in such a line, as the scripts ask for it. Each line has a word, a tab, "
     "and what it means.",
     "source <(batchctl completion bash)\n    for this shell; packages have it for all of them\n"
     "batchctl completion words -- create MY-PLAN --level ''\n    the levels of a plan\n",
     SCOPE_COMMON | SCOPE_WORDS, completion_run},
    {"version", "", "the version of this program", NULL, "batchctl version --json\n    for scripts\n", SCOPE_COMMON,
     config_command_version},
    {"help", "[COMMAND | files | exit | agents]", "help for all of this, or for one command", NULL,
     "batchctl help create\n    about create\n"
     "batchctl help agents\n    how coding agents work with plans\n",
     SCOPE_COMMON, help_run},
    {0},
};
