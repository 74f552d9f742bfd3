-- Claims of a team on PostgreSQL 13 or later. Run once in a database, which may have other contents, as a role that may
-- create roles, and schemas in this database; it becomes a member of batchd_owner, and so may make teams:
--
--     psql -v ON_ERROR_STOP=1 -d DATABASE -f schema.sql
--
-- Everything is in the schema "batchd". Programs call eight functions and can read or write no table. Each function is
-- one transaction. Those that change something first lock the row of their team: the writers of a team follow each
-- other, so its events have no gaps in their numbers, and there is one lock, so no deadlock. Only the clock of the
-- server decides. The search path is fixed by the eight functions, and the others run within them. The answers are the
-- members "ok" of the protocol for claims helpers; an answer {"error": WORD} is a refusal: team, epoch, settling or bad.
begin;

do $$ begin
  if not exists (select from pg_roles where rolname = 'batchd_owner') then create role batchd_owner nologin; end if;
  if not exists (select from pg_roles where rolname = 'batchd_agent') then create role batchd_agent nologin; end if;
end $$;
grant batchd_owner to current_user;

create schema batchd authorization batchd_owner;
set local role batchd_owner;
set local search_path = batchd, pg_temp;

-- The version of this file. A helper refuses one that it does not know.
create function schema_version() returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';

create table team (
  name        text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  member      name not null,                                -- the role whose members may work in this team
  seq         bigint not null default 0,                    -- the number of the last event
  salt        uuid not null default gen_random_uuid(),      -- new_epoch() changes it
  epoch       text not null default '',                     -- as last seen, see current_epoch()
  epoch_since timestamptz not null default '-infinity',
  grace       interval not null default '60 seconds',       -- for so long nothing is taken in a new epoch
  kept        bigint not null default 100000 check (kept >= 1000) -- events
) with (fillfactor = 10);                                   -- each event writes the row: room for its versions

create table claim (
  team      text not null references team on delete cascade,
  workspace text not null check (octet_length(workspace) between 1 and 512),
  plan      text not null check (octet_length(plan) between 1 and 1024),
  id        text not null check (length(id) <= 32 and id ~ '^[0-9]+(\.[0-9]+)+$'),
  fence     bigint not null,
  kind      text not null check (kind in ('design', 'work', 'review')),
  state     text not null check (state in ('held', 'done', 'given_up', 'forced', 'expired')),
  finished  jsonb,                                          -- the mark: what was finished, and where. Later claims keep it
  owner     text not null check (octet_length(owner) between 1 and 200),
  login     name not null,                                  -- the role that logged in, as the server knows it
  host      text check (octet_length(host) <= 255),
  nonce     text not null check (nonce ~ '^[0-9a-f]{64}$'), -- SHA-256 of the secret in the handle
  taken     timestamptz not null,
  until     timestamptz not null,
  ttl_ms    integer not null check (ttl_ms between 10 and 86400000),
  note      text check (octet_length(note) <= 500),
  primary key (team, workspace, plan, id)
) with (fillfactor = 70);                                   -- room for renewals
create index claim_due on claim (team, until) where state = 'held';
create index claim_nonce on claim (nonce);

create table event (
  team text not null references team on delete cascade,
  seq  bigint not null,
  mark text not null default substr(md5(gen_random_uuid()::text), 1, 16), -- after a restored backup the number has another one
  at   timestamptz not null default clock_timestamp(),
  type text not null,
  data jsonb not null,
  primary key (team, seq)
);

-- Another server (restored from a dump), another timeline (promoted, or restored to a point in time), another table
-- (dumped and restored in place), or another salt: another epoch. The marks of events show the rest.
create function current_epoch(salt uuid) returns text language sql stable as $$
  select (select system_identifier::text from pg_control_system()) || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
         || '.' || 'batchd.claim'::regclass::oid || '.' || substr(salt::text, 1, 8)
$$;

create function instant(moment timestamptz) returns text language sql stable as $$
  select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A claim as answers and events have it. The nonce is not in it.
create function shown(c claim) returns jsonb language sql stable as $$
  select jsonb_build_object('workspace', c.workspace, 'plan', c.plan, 'id', c.id, 'for', c.kind, 'fence', c.fence,
    'state', c.state, 'by', c.owner, 'login', c.login, 'host', c.host, 'taken', instant(c.taken), 'until', instant(c.until),
    'ttl_ms', c.ttl_ms, 'note', c.note, 'finished', c.finished)
$$;

create function record_event(t text, kind text, about jsonb) returns void language plpgsql as $$
declare n bigint; k bigint;
begin
  update team set seq = seq + 1 where name = t returning seq, kept into n, k;
  insert into event (team, seq, type, data) values (t, n, kind, about);
  if n % 1000 = 0 then delete from event where team = t and seq <= n - k; end if;
  perform pg_notify('batchd_' || t, n::text);
end $$;

-- May this login work in the team? It is the same answer for a team that does not exist.
create function is_member(t text) returns boolean language sql stable as $$
  select coalesce((select pg_has_role(session_user, member, 'member') from team where name = t), false)
$$;

-- Lock the team, after the login has been checked: another team's member must not be able to hold the lock. Null, or the
-- answer that refuses.
create function enter(t text, e text, greets boolean default false) returns jsonb language plpgsql as $$
declare r team; now_epoch text;
begin
  if not is_member(t) then return jsonb_build_object('error', 'team'); end if;
  select * into r from team where name = t for update;
  if not found then return jsonb_build_object('error', 'team'); end if;
  now_epoch := current_epoch(r.salt);
  if r.epoch <> now_epoch then
    update team set epoch = now_epoch, epoch_since = case when r.epoch = '' then '-infinity' else clock_timestamp() end where name = t;
    if r.epoch <> '' then perform record_event(t, 'resync', jsonb_build_object('reason', 'epoch', 'epoch', now_epoch)); end if;
  end if;
  if not greets and e is distinct from now_epoch then return jsonb_build_object('error', 'epoch'); end if;
  return null;
end $$;

create function expire_due(t text) returns void language plpgsql as $$
declare c claim; moment timestamptz := clock_timestamp(); -- a variable, for the index
begin
  for c in update claim set state = 'expired' where team = t and state = 'held' and until <= moment returning * loop
    perform record_event(t, 'claim.expired', shown(c));
  end loop;
end $$;

-- Milliseconds until the earliest claim runs out, at least 0; null if none is held: greatest() would ignore that null.
create function due_ms(t text) returns bigint language sql stable as $$
  select greatest(0, ceil(extract(epoch from min(until) - clock_timestamp()) * 1000))::bigint from claim
    where team = t and state = 'held' having min(until) is not null
$$;

-- The greeting, which every connection begins with.
create function hello(t text) returns jsonb language plpgsql security definer set search_path = batchd, pg_temp as $$
declare no jsonb := enter(t, null, true); r team;
begin
  if no is not null then return no; end if;
  select * into r from team where name = t;
  return jsonb_build_object('epoch', r.epoch, 'seq', r.seq, 'mark', (select mark from event where team = t and seq = r.seq),
    'schema', schema_version(), 'now', instant(clock_timestamp()), 'login', session_user, 'version', current_setting('server_version'),
    'fsync', current_setting('fsync') = 'on', 'synchronous_standby_names', current_setting('synchronous_standby_names'));
end $$;

-- A claim lives on, even if it had run out: it was not taken since.
create function revive(c claim) returns claim language plpgsql as $$
declare was text := c.state; x claim;
begin
  update claim set state = 'held', until = clock_timestamp() + ttl_ms * interval '1 ms'
    where team = c.team and workspace = c.workspace and plan = c.plan and id = c.id returning * into x;
  if was = 'expired' then perform record_event(x.team, 'claim.taken', shown(x) || jsonb_build_object('reason', 'renewed_late')); end if;
  return x;
end $$;

create function candidate(candidates jsonb) returns table (plan text, id text, kind text, past bigint, n bigint) language sql immutable as $$
  select x.plan, x.id, x."for", coalesce(x.past, 0), x.n
    from rows from (jsonb_to_recordset(candidates) as (plan text, id text, "for" text, past bigint)) with ordinality as x(plan, id, "for", past, n)
$$;

-- Take the first of the candidates that is free: [{"plan", "id", "for", "past"}, ...], the most urgent one first. "past" is the fence
-- of the mark that does not bind the caller, or null. A nonce that has a claim gets that one again, even if it has ended since:
-- a repeated request never takes a second one. Each candidate is one look into the primary key: "offset 0" keeps the
-- planner from reading the whole workspace for a join, as it would before the first ANALYZE.
create function take(t text, e text, w text, candidates jsonb, by text, on_host text, nonce_sha text, ttl integer, with_note text)
returns jsonb language plpgsql security definer set search_path = batchd, pg_temp as $$
declare no jsonb := enter(t, e); o record; c claim; moment timestamptz;
begin
  if no is not null then return no; end if;
  if jsonb_typeof(candidates) <> 'array' or jsonb_array_length(candidates) > 256 then return jsonb_build_object('error', 'bad'); end if;
  if clock_timestamp() < (select epoch_since + grace from team where name = t) then return jsonb_build_object('error', 'settling'); end if;
  perform expire_due(t);
  select * into c from claim where team = t and workspace = w and nonce = nonce_sha;
  if found then
    if c.state = 'expired' then c := revive(c); end if;
    return jsonb_build_object('claim', shown(c), 'repeated', true);
  end if;
  select x.*, had.fence into o from candidate(candidates) x
    left join lateral (select * from claim where team = t and workspace = w and plan = x.plan and id = x.id offset 0) had on true
    where had.id is null or (had.state <> 'held' and coalesce((had.finished ->> 'fence')::bigint, 0) <= x.past) order by x.n limit 1;
  if not found then
    return jsonb_build_object('claim', null, 'refused', (select coalesce(jsonb_agg(jsonb_build_object('plan', x.plan, 'id', x.id,
        'reason', case had.state when 'held' then 'held' else 'finished' end, 'claim', shown(had)) order by x.n), '[]')
      from candidate(candidates) x, lateral (select * from claim where team = t and workspace = w and plan = x.plan and id = x.id offset 0) had));
  end if;
  moment := clock_timestamp();
  insert into claim (team, workspace, plan, id, fence, kind, state, owner, login, host, nonce, taken, until, ttl_ms, note)
    values (t, w, o.plan, o.id, coalesce(o.fence, 0) + 1, o.kind, 'held', by, session_user, on_host, nonce_sha, moment, moment + ttl * interval '1 ms',
      ttl, with_note)
    on conflict (team, workspace, plan, id) do update set fence = excluded.fence, kind = excluded.kind, state = 'held',
      owner = excluded.owner, login = excluded.login, host = excluded.host, nonce = excluded.nonce, taken = excluded.taken,
      until = excluded.until, ttl_ms = excluded.ttl_ms, note = excluded.note
    returning * into c;
  perform record_event(t, 'claim.taken', shown(c));
  return jsonb_build_object('claim', shown(c), 'repeated', false);
end $$;

-- Why a claim is not the caller's any more.
create function lost_reason(c claim, f bigint, nonce_sha text) returns text language sql immutable as $$
  select case when c.id is null then 'gone' when c.nonce is distinct from nonce_sha or c.fence is distinct from f then 'superseded' else c.state end
$$;

-- Renew many: [{"plan", "id", "fence", "nonce"}, ...]. One that has run out and was not taken since lives on.
create function renew(t text, e text, w text, handles jsonb) returns jsonb
language plpgsql security definer set search_path = batchd, pg_temp as $$
declare no jsonb := enter(t, e); h record; c claim; kept jsonb := '[]'; lost jsonb := '[]'; reason text;
begin
  if no is not null then return no; end if;
  if jsonb_typeof(handles) <> 'array' or jsonb_array_length(handles) > 256 then return jsonb_build_object('error', 'bad'); end if;
  perform expire_due(t);
  for h in select * from jsonb_to_recordset(handles) as x(plan text, id text, fence bigint, nonce text) loop
    select * into c from claim where team = t and workspace = w and plan = h.plan and id = h.id;
    reason := lost_reason(c, h.fence, h.nonce);
    if reason in ('held', 'expired') then
      kept := kept || shown(revive(c));
    else
      lost := lost || jsonb_build_object('plan', h.plan, 'id', h.id, 'reason', reason, 'claim', case when c.id is not null then shown(c) end);
    end if;
  end loop;
  return jsonb_build_object('kept', kept, 'lost', lost);
end $$;

-- End one's own claim: done, which leaves a mark, or given_up. "about" goes into the mark as the client sent it.
create function finish(t text, e text, w text, p text, i text, f bigint, nonce_sha text, result text, at_commit text, on_branch text, with_note text, about jsonb)
returns jsonb language plpgsql security definer set search_path = batchd, pg_temp as $$
declare no jsonb := enter(t, e); c claim; reason text;
begin
  if no is not null then return no; end if;
  if coalesce(result, '') not in ('done', 'given_up') or at_commit !~ '^[0-9a-f]{40}([0-9a-f]{24})?$' or octet_length(on_branch) > 255
    or jsonb_typeof(about) not in ('object', 'null') or octet_length(about::text) > 4096 then return jsonb_build_object('error', 'bad'); end if;
  perform expire_due(t);
  select * into c from claim where team = t and workspace = w and plan = p and id = i;
  reason := lost_reason(c, f, nonce_sha);
  if reason in ('held', 'expired') then
    update claim set state = result, note = coalesce(with_note, note),
      finished = case result when 'done' then case when jsonb_typeof(about) = 'object' then about else '{}' end || jsonb_build_object('for', kind,
        'fence', fence, 'by', owner, 'login', login, 'host', host, 'time', instant(clock_timestamp()), 'commit', at_commit, 'branch', on_branch)
        else finished end
      where team = t and workspace = w and plan = p and id = i returning * into c;
    perform record_event(t, case result when 'done' then 'claim.finished' else 'claim.released' end,
      shown(c) || case result when 'done' then '{}' else '{"reason": "given_up"}'::jsonb end);
    return jsonb_build_object('claim', shown(c), 'repeated', false);
  end if;
  if reason = result then return jsonb_build_object('claim', shown(c), 'repeated', true); end if;
  return jsonb_build_object('claim', case when c.id is not null then shown(c) end, 'lost', reason);
end $$;

-- A person ends the claim of another, or, with "forget", removes a mark and leaves a claim that is held as it is. The fence, of
-- the claim or of the mark, says which one was meant.
create function force_end(t text, e text, w text, p text, i text, f bigint, forget boolean, by text, with_note text)
returns jsonb language plpgsql security definer set search_path = batchd, pg_temp as $$
declare no jsonb := enter(t, e); c claim; was claim; meant bigint;
begin
  if no is not null then return no; end if;
  perform expire_due(t);
  select * into was from claim where team = t and workspace = w and plan = p and id = i;
  meant := case when forget then (was.finished ->> 'fence')::bigint when was.state = 'held' then was.fence end;
  if meant is null or meant is distinct from f then
    return jsonb_build_object('claim', case when was.id is not null then shown(was) end, 'lost', case when meant is null then 'gone' else 'superseded' end);
  end if;
  update claim set state = case when state = 'held' and forget then 'held' when state in ('held', 'done') then 'forced' else state end,
    finished = case when forget then null else finished end
    where team = t and workspace = w and plan = p and id = i returning * into c;
  perform record_event(t, 'claim.released', shown(c) || jsonb_build_object('reason', case when forget then 'forgotten' else 'forced' end,
    'finished_was', was.finished, 'forced_by', by, 'forced_login', session_user, 'why', with_note));
  return jsonb_build_object('claim', shown(c));
end $$;

-- A client that waits calls this when the earliest claim is due.
create function sweep(t text, e text) returns jsonb language plpgsql security definer set search_path = batchd, pg_temp as $$
declare no jsonb := enter(t, e);
begin
  if no is not null then return no; end if;
  perform expire_due(t);
  return jsonb_build_object('due_ms', due_ms(t));
end $$;

-- A page of what is held, has run out or was finished, at most 1,000. "after" is where the next page begins, or null. Takes no lock, so a claim
-- that has run out may not have been expired yet: it is shown as expired.
create function list(t text, w text, only_plan text, after_plan text, after_id text, most integer)
returns jsonb language plpgsql stable security definer set search_path = batchd, pg_temp as $$
declare size integer := greatest(1, least(coalesce(most, 1000), 1000)); page jsonb; n integer;
begin
  if not is_member(t) then return jsonb_build_object('error', 'team'); end if;
  select coalesce(jsonb_agg(shown(c) || case when c.state = 'held' and c.until <= clock_timestamp() then '{"state": "expired"}' else '{}'::jsonb end
                            order by c.plan, c.id), '[]'), count(*) into page, n from (
    select * from claim where team = t and workspace = w and (state in ('held', 'expired') or finished is not null) and (only_plan is null or plan = only_plan)
      and (after_plan is null or (plan, id) > (after_plan, after_id)) order by plan, id limit size) c;
  return jsonb_build_object('claims', page, 'seq', (select seq from team where name = t), 'now', instant(clock_timestamp()),
    'after', case when n = size then jsonb_build_array(page -> -1 -> 'plan', page -> -1 -> 'id') end);
end $$;

-- Events after the one that the caller knows by its number and mark. "resync": it is not known here, because the server was restored
-- from a backup or has deleted it. "seq" and "mark" are those of the last event. Takes no lock.
create function events(t text, after bigint, after_mark text, most integer)
returns jsonb language plpgsql stable security definer set search_path = batchd, pg_temp as $$
declare r team; first bigint; resync text;
begin
  if not is_member(t) then return jsonb_build_object('error', 'team'); end if;
  select * into r from team where name = t;
  select min(seq) into first from event where team = t;
  if after > r.seq then resync := 'restored';
  elsif after < coalesce(first, r.seq + 1) - (after = 0)::integer then resync := 'trimmed';
  elsif after > 0 and not exists (select from event where team = t and seq = after and mark = after_mark) then resync := 'restored';
  end if;
  return jsonb_build_object('resync', resync, 'seq', r.seq, 'mark', (select mark from event where team = t and seq = r.seq), 'due_ms', due_ms(t),
    'events', case when resync is not null then '[]' else (select coalesce(jsonb_agg(jsonb_build_object(
      'seq', seq, 'mark', mark, 'time', instant(at), 'type', type, 'data', data) order by seq), '[]')
    from (select * from event where team = t and seq > after order by seq limit greatest(0, least(most, 1000))) x) end);
end $$;

-- For operators, without a grant: say that the past is void, after a restored backup that nothing else shows; make a team.
create function new_epoch(t text) returns void language sql set search_path = batchd, pg_temp as
  $$ update team set salt = gen_random_uuid() where name = t $$;
create function make_team(t text, member_role name) returns void language sql set search_path = batchd, pg_temp as
  $$ insert into team (name, member) values (t, member_role) $$;

revoke all on all tables in schema batchd from public;
revoke all on all functions in schema batchd from public;
grant usage on schema batchd to batchd_agent;
grant execute on function hello(text), take(text, text, text, jsonb, text, text, text, integer, text), renew(text, text, text, jsonb),
  finish(text, text, text, text, text, bigint, text, text, text, text, text, jsonb), force_end(text, text, text, text, text, bigint, boolean, text, text),
  sweep(text, text), list(text, text, text, text, text, integer), events(text, bigint, text, integer) to batchd_agent;

reset role;
commit;
