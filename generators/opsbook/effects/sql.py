"""What SQL does: statements by their first words, and what they call by sqlglot's tree."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from opsbook.effects.words import RANK, Seen, Sight, filled, grave, is_fixed, shown

Shell = Callable[[str], list[Sight]]
"""Judges a text that a database hands to a shell."""

_TOKEN = re.compile(
    r"""(?P<text>(?i:\be)'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<variable>(?<![:\w]):(?:'\w+'|"\w+"|[A-Za-z_]\w*))
    |(?P<meta>^[ \t]*\\[^\n]*|\\(?:g|gx|gset|gexec|gdesc|watch|crosstabview)\b[^\n]*)
    |(?P<end>;)|(?P<other>.)""",
    re.DOTALL | re.VERBOSE | re.MULTILINE,
)

_READ = (
    "BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT, SAVEPOINT, RELEASE, SET, RESET, SHOW, LISTEN, UNLISTEN, "
    "DEALLOCATE, FETCH, MOVE, CLOSE, DISCARD, USE, DESC, DESCRIBE, HELP, CHECKSUM TABLE, UNLOCK TABLES, STATUS"
)
_CHANGE = (
    "VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT, LOCK, GRANT, REVOKE, COMMENT, NOTIFY, REFRESH, LOAD, REASSIGN, "
    "SECURITY, ALTER, CREATE, IMPORT, FLUSH, OPTIMIZE, START, STOP, CHANGE, RENAME, INSTALL, SET GLOBAL, SET PERSIST, "
    "SET PASSWORD, REPAIR"
)
_DESTRUCTIVE = (
    "DROP, TRUNCATE, DELETE, KILL, PURGE, RESET MASTER, RESET REPLICA, RESET SLAVE, RESET BINARY, UNINSTALL, "
    "CREATE OR REPLACE TABLE"
)
_TREES = frozenset(("SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "MERGE", "REPLACE", "("))
"""Statements whose effect only their tree tells."""

HEADS: dict[str, Seen] = {
    **{head.strip(): "read" for head in _READ.split(",")},
    **{head.strip(): "change" for head in _CHANGE.split(",")},
    **{head.strip(): "destructive" for head in _DESTRUCTIVE.split(",")},
}
"""What a statement does, by its first words; the longest that fit decide."""

_FUNCTIONS: dict[Seen, str] = {
    "destructive": """pg_terminate_backend pg_drop_replication_slot pg_replication_origin_drop lo_unlink dblink_exec
        pg_logical_slot_get_changes pg_logical_slot_get_binary_changes pg_file_unlink pg_stat_reset
        pg_stat_reset_shared pg_stat_statements_reset pg_stat_reset_single_table_counters drop_chunks
        lo_truncate lo_truncate64 drop_partition sys_exec sys_eval""",
    "change": """pg_cancel_backend pg_promote pg_reload_conf pg_rotate_logfile pg_switch_wal pg_wal_replay_pause
        pg_wal_replay_resume pg_create_restore_point pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup
        pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot
        pg_copy_logical_replication_slot pg_replication_slot_advance pg_advisory_lock pg_advisory_xact_lock
        pg_try_advisory_lock pg_try_advisory_xact_lock pg_advisory_unlock pg_advisory_unlock_all pg_notify
        pg_prewarm pg_log_standby_snapshot pg_log_backend_memory_contexts pg_export_snapshot pg_import_system_collations
        pg_sync_replication_slots pg_logical_emit_message set_config setval nextval lo_create lo_creat lo_import
        lo_export lo_put lo_from_bytea lowrite pg_file_write pg_file_rename get_lock release_lock cron.schedule
        cron.unschedule""",
    "read": """abs age any_value array_agg array_length array_position array_remove array_to_json array_to_string
        array_upper ascii bit_length bool_and bool_or btrim cardinality ceil ceiling char_length chr clock_timestamp
        coalesce col_description concat concat_ws convert_from convert_to count current_catalog current_database
        current_query current_role current_schema current_schemas current_setting current_user currval date_part
        date_trunc decode degrees dense_rank encode every extract first_value floor format format_type gcd
        generate_series generate_subscripts greatest has_any_column_privilege has_column_privilege
        has_database_privilege has_function_privilege has_schema_privilege has_sequence_privilege
        has_table_privilege hashtext host hostmask inet_client_addr inet_client_port inet_server_addr
        inet_server_port initcap isfinite json_agg json_array_length json_array_elements json_build_object json_each
        json_each_text json_extract_path json_object_agg json_object_keys json_typeof jsonb_agg jsonb_array_elements
        jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text
        jsonb_extract_path jsonb_extract_path_text jsonb_object_agg jsonb_object_keys jsonb_path_query jsonb_pretty
        jsonb_set jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lag last_value lastval
        lead least left length lower lower_inf lpad ltrim make_date make_interval make_timestamp make_timestamptz
        masklen max md5 min mode now nth_value ntile nullif num_nonnulls num_nulls numnode obj_description octet_length
        overlay parse_ident percent_rank percentile_cont percentile_disc position pow power quote_ident
        quote_literal quote_nullable random range_merge rank regexp_count regexp_match regexp_matches regexp_replace
        regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right round row_number
        row_to_json rpad rtrim session_user set_masklen sha256 sha512 shobj_description sign split_part sqrt
        starts_with statement_timestamp stddev string_agg string_to_array string_to_table strpos substr substring sum
        text timeofday to_ascii to_char to_date to_hex to_json to_jsonb to_number to_regclass to_regproc to_regrole
        to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim trunc ts_rank
        txid_current txid_current_if_assigned txid_current_snapshot unnest upper user variance version width_bucket
        xmin family network netmask broadcast abbrev database connection_id ifnull if date_format from_unixtime
        unix_timestamp group_concat find_in_set inet_ntoa inet_aton sleep benchmark datetime julianday strftime
        typeof total hex quote glob pg_sleep pg_sleep_for pg_sleep_until pg_encoding_to_char pg_char_to_encoding
        pg_read_file pg_read_binary_file pg_export_snapshot_id pg_input_is_valid pg_typeof pg_size_pretty
        pg_size_bytes pg_column_size pg_column_compression pg_describe_object pg_identify_object pg_isready
        pg_walfile_name pg_walfile_name_offset pg_wal_lsn_diff pg_is_in_recovery pg_is_in_backup
        pg_is_wal_replay_paused pg_blocking_pids pg_safe_snapshot_blocking_pids pg_backend_pid pg_conf_load_time
        pg_postmaster_start_time pg_my_temp_schema pg_has_role pg_index_column_has_property pg_indexam_has_property
        pg_jit_available pg_database_size pg_relation_size pg_table_size pg_total_relation_size pg_indexes_size
        pg_tablespace_size pg_tablespace_location pg_tablespace_databases pg_relation_filenode pg_relation_filepath
        pg_relation_is_publishable pg_sequence_last_value pg_sequence_parameters pg_show_all_settings
        pg_show_all_file_settings pg_hba_file_rules pg_trigger_depth pg_lock_status pg_options_to_table
        pg_logical_slot_peek_changes pg_logical_slot_peek_binary_changes pg_xact_commit_timestamp
        pg_last_committed_xact pg_buffercache_summary pgstattuple pgstatindex bt_index_check bt_index_parent_check
        verify_heapam pg_visibility pg_visibility_map pg_filenode_relation""",
}

FUNCTIONS: dict[str, Seen] = {name: effect for effect, names in _FUNCTIONS.items() for name in names.split()}
"""What a function does. One that is not here is unknown: functions are programs of their own."""

_READING = re.compile(r"pg_(get|last|current|ls|stat_get|stat_file|control|collation_is|\w+_is_visible)(_\w+)?")
"""Families of PostgreSQL's functions that only read."""

_META_READ = re.compile(
    r"\\(?:[dlz]\S*|o$|echo|qecho|warn|x|timing|pset|set|unset|getenv|conninfo|c|connect|a|t|f|H|h|\?|q|if|elif|else|endif"
    r"|encoding|g|gx|gset|gdesc|watch|crosstabview|errverbose|prompt|bind|p|r|sf|sv|copyright|C|T|cd)(?![A-Za-z])"
)


def judge_sql(text: str, dialect: str, shell: Shell) -> list[Sight]:
    """What is seen of SQL text, statement by statement."""
    sights: list[Sight] = []
    for statement, is_meta in _split(text):
        if is_meta:
            sights += _meta(statement, shell, dialect)
        else:
            effect, why = _statement(statement, dialect, shell)
            sights.append(Sight(effect, why, _spelled(statement)))
    return sights


def _spelled(statement: str) -> str:
    line = " ".join(shown(statement).split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"


_LONG = 120
_VALUE = "opsbook_value"
"""What stands in a statement for a value that is only known when it runs."""


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """Statements without their comments and with psql's variables put in; and psql's own commands."""
    statement: list[str] = []
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup, match[0]
        if kind == "meta":
            yield value.strip(), True
        if kind == "end" or (kind == "meta" and value.lstrip().startswith("\\g")):
            yield from _whole(statement)
            statement = []
        elif kind == "variable":
            statement.append(value[1:] if value[1] in "'\"" else "opsbook_variable")
        elif kind not in ("comment", "meta"):
            statement.append(value)
        else:
            # MySQL runs what stands in /*! … */.
            statement.append(value[3:-2] if value.startswith("/*!") else " ")
    yield from _whole(statement)


def _whole(statement: list[str]) -> Iterator[tuple[str, bool]]:
    text = "".join(statement).strip()
    if text:
        yield text, False


def _meta(line: str, shell: Shell, dialect: str) -> list[Sight]:
    r"""The commands of psql itself: `\!`, `\copy`, `\i` …"""
    word, _, rest = line.partition(" ")
    ran = re.findall(r"`([^`]*)`", rest) if word != "\\!" else []
    target = rest.strip() if word in _META_WRITES else ""
    if word.startswith("\\!"):
        return shell(line[2:].strip()) or [Sight("unknown", "it starts a shell", line)]
    if ran or target.startswith("|"):
        return [sight for text in ran or [target[1:]] for sight in shell(text)]
    if word == "\\copy":
        return [Sight(*_copy("COPY " + rest, dialect, shell), line)]
    if target or word == "\\password":
        return [Sight("change", "it sets a password" if word == "\\password" else "it writes a file", line)]
    if _META_READ.match(line):
        return [Sight("read", "psql only shows", line)]
    return [Sight("unknown", "opsbook does not know what this command of psql does", line)]


_META_WRITES = frozenset(("\\o", "\\out", "\\w", "\\write", "\\s", "\\g", "\\gx"))
"""Commands of psql that write to the file, or the program, that comes after them."""


def _statement(text: str, dialect: str, shell: Shell) -> tuple[Seen, str]:
    text = re.sub(r"\$\{\w+\}", _VALUE, filled(text, _VALUE))
    words = [word.upper() for word in re.findall(r"\w+|\(", text)[:6]]
    first = words[0] if words else ""
    if first in _OWN_RULES:
        return _OWN_RULES[first](text, dialect, shell)
    if first in _TREES:
        return _tree(text, dialect)
    for length in range(min(4, len(words)), 0, -1):
        head = " ".join(words[:length])
        if head in HEADS:
            return HEADS[head], f"`{head}` {_DOES[HEADS[head]]}"
    return "unknown", "opsbook does not know what this statement does"


_DOES: dict[Seen, str] = {
    "read": "changes no data",
    "change": "changes the database",
    "destructive": "loses data or running work",
    "unknown": "may do anything",
}


def _explain(text: str, dialect: str, shell: Shell) -> tuple[Seen, str]:
    match = re.match(r"(?is)explain\s*(\([^)]*\)|(?:(?:analyze|verbose|extended|query\s+plan)\s+)*)(.*)", text)
    if not match or "analyze" not in match[1].lower():
        return "read", "`EXPLAIN` runs nothing"
    return _statement(match[2].strip(), dialect, shell)


def _inner(text: str, dialect: str, shell: Shell) -> tuple[Seen, str]:
    """`PREPARE name AS …`, `DECLARE name CURSOR FOR …`."""
    match = re.match(r"(?is)(?:prepare\s+\w+(?:\s*\([^)]*\))?\s+as|declare\s.*?\sfor)\s+(.*)", text)
    return _statement(match[1], dialect, shell) if match else ("unknown", "the statement within is not seen")


def _copy(text: str, dialect: str, shell: Shell) -> tuple[Seen, str]:
    bare = re.sub(r"'(?:[^']|'')*'", "''", text)
    program = re.search(r"(?is)\b(?:to|from)\s+program\s+'((?:[^']|'')*)'", text)
    if program or re.search(r"(?i)\bprogram\b", bare):
        sights = shell(program[1].replace("''", "'")) if program else []
        worst = grave(sight.effect for sight in sights) if sights else "unknown"
        return grave((worst, "change")), "the database server runs a program"
    if re.search(r"(?i)\bfrom\s+(stdin|pstdin|'')", bare) or not re.search(r"(?i)\bto\s+p?stdout\b", bare):
        writes = "rows" if re.search(r"(?i)\bfrom\b\s*(stdin|pstdin|''|\S+\s*$)", bare) else "rows or a file"
        return _worse(_query_of(text, dialect), ("change", f"`COPY` writes {writes}"))
    return _query_of(text, dialect)


def _query_of(text: str, dialect: str) -> tuple[Seen, str]:
    match = re.match(r"(?is)copy\s*\((.*)\)\s*to\b", text)
    return _tree(match[1], dialect) if match else ("read", "`COPY … TO STDOUT` only reads")


def _worse(one: tuple[Seen, str], other: tuple[Seen, str]) -> tuple[Seen, str]:
    return max(one, other, key=lambda seen: RANK[seen[0]])


_KEEPS_DATA = re.compile(
    r"(?i)\bdrop\s+(constraint|not\s+null|default|identity|expression|index|key|foreign|primary)\b"
)


def _alter(text: str, _dialect: str, _shell: Shell) -> tuple[Seen, str]:
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "x", text)
    if re.search(r"(?i)\b(drop|truncate|discard)\b", _KEEPS_DATA.sub("", bare)):
        return "destructive", "`ALTER … DROP` loses data"
    return "change", "`ALTER` changes the database"


def _create(text: str, dialect: str, _shell: Shell) -> tuple[Seen, str]:
    if re.match(r"(?is)create\s+or\s+replace\s+table", text):
        return "destructive", "it replaces a table"
    query = re.search(r"(?is)\bas\s+((?:select|with|values|table)\b.*)", text)
    is_table = re.match(r"(?is)create\s+(?:\w+\s+){0,3}?table\b", text)
    inner = _tree(query[1], dialect) if query and is_table else ("read", "")
    return _worse(inner, ("change", "`CREATE` changes the database"))


def _pragma(text: str, _dialect: str, _shell: Shell) -> tuple[Seen, str]:
    known = re.match(
        r"(?i)pragma\s+(\w+\.)?(integrity_check|quick_check|table_info|index_list|database_list|\w+$)", text
    )
    return ("read", "this pragma only shows") if known else ("unknown", "opsbook does not know this pragma")


def _block(text: str, _dialect: str, _shell: Shell) -> tuple[Seen, str]:
    """`DO $$ … $$`: a program of its own; only its words are looked at."""
    if re.search(r"(?i)\b(drop|truncate|delete|terminate)", text):
        return "destructive", "the block has words that remove data"
    return "unknown", "what a block does is not looked at: declare what it does"


_OWN_RULES: dict[str, Callable[[str, str, Shell], tuple[Seen, str]]] = {
    "DO": _block,
    "EXPLAIN": _explain,
    "PREPARE": _inner,
    "DECLARE": _inner,
    "COPY": _copy,
    "ALTER": _alter,
    "CREATE": _create,
    "PRAGMA": _pragma,
}


def _tree(text: str, dialect: str) -> tuple[Seen, str]:
    """What a query and everything in it do."""
    return _parsed(filled(text, _VALUE), dialect)


_ROOTS = frozenset(
    (
        "Select",
        "Union",
        "Intersect",
        "Except",
        "Subquery",
        "Values",
        "Table",
        "Insert",
        "Update",
        "Delete",
        "Merge",
        "Paren",
    )
)
"""What a statement that is judged by its tree may be at its root."""


@cache
def _parsed(text: str, dialect: str) -> tuple[Seen, str]:
    import sqlglot

    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        trees = sqlglot.parse(text, read=dialect)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        problem = str(error).partition("\n")[0][:80]
        return "unknown", f"the SQL cannot be read: {problem}"
    finally:
        logger.disabled = before
    worst: tuple[Seen, str] = ("read", "the query only reads")
    for tree in trees:
        if tree is not None and type(tree).__name__ not in _ROOTS:
            return "unknown", "opsbook does not know what this statement does"
        for node in tree.walk() if tree is not None else ():
            worst = _worse(worst, _node(node))
    return worst


def _node(node: Any) -> tuple[Seen, str]:
    """What one node of the tree adds."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous):
        return _function(node)
    if isinstance(node, exp.Update):
        where = node.args.get("where")
        if where is None or not where.find(exp.Column):
            return "destructive", "`UPDATE` without a condition overwrites every row"
        return "change", "`UPDATE` changes rows"
    if isinstance(node, exp.Merge) and "THEN DELETE" in node.sql("postgres").upper():
        return "destructive", "`MERGE` removes rows"
    for kind, seen in _node_kinds():
        if isinstance(node, kind):
            return seen
    return "read", ""


@cache
def _node_kinds() -> tuple[tuple[type, tuple[Seen, str]], ...]:
    from sqlglot import exp

    return (
        (exp.Delete, ("destructive", "`DELETE` removes rows")),
        (exp.Drop, ("destructive", "`DROP` removes data")),
        (exp.TruncateTable, ("destructive", "`TRUNCATE` removes rows")),
        (exp.Insert, ("change", "`INSERT` adds rows")),
        (exp.Merge, ("change", "`MERGE` changes rows")),
        (exp.Into, ("change", "`SELECT INTO` makes a table")),
        (exp.Create, ("change", "`CREATE` changes the database")),
        (exp.NextValueFor, ("change", "it draws a number")),
        (exp.Command, ("unknown", "the SQL cannot be read")),
        (exp.Alias, ("read", "")),
    )


def _function(node: Any) -> tuple[Seen, str]:
    name = str(node.this).strip('"').lower()
    parent = node.parent
    schema = str(parent.this).strip('"').lower() if type(parent).__name__ == "Dot" and parent.expression is node else ""
    full = f"{schema}.{name}" if schema not in ("", "pg_catalog") else name
    if name in ("dblink", "dblink_send_query"):
        return _remote(node)
    effect = FUNCTIONS.get(full)
    if effect is None and _READING.fullmatch(full):
        effect = "read"
    if effect is None:
        return "unknown", f"opsbook does not know what the function `{full}` does"
    return effect, f"`{name}` " + _DOES[effect]


def _remote(node: Any) -> tuple[Seen, str]:
    """`dblink(connection, query)`: what the query does there."""
    texts = [str(argument.this) for argument in node.expressions if getattr(argument, "is_string", False)]
    if not texts or not is_fixed(texts[-1]):
        return "unknown", "what `dblink` runs there is not seen"
    return _statement(texts[-1], "postgres", lambda _text: [])
