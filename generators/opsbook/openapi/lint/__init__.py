"""What makes an OpenAPI document that keeps to the standard a bad one all the same: the rules, by theme."""

from __future__ import annotations

from opsbook.openapi.lint.components import unused_component
from opsbook.openapi.lint.examples import conflicting_example, mismatched_default, mismatched_example
from opsbook.openapi.lint.found import Lint
from opsbook.openapi.lint.operations import (
    circular_tag,
    conflicting_body,
    duplicate_operation_id,
    duplicate_tag,
    ignored_request_body,
    missing_client_error_response,
    missing_error_schema,
    missing_operation_id,
    missing_success_response,
    missing_summary,
    undefined_operation,
    undefined_tag,
    unsafe_operation_id,
)
from opsbook.openapi.lint.paths import (
    ambiguous_path,
    duplicate_parameter,
    identical_path,
    ignored_header_parameter,
    malformed_path,
    query_in_path,
    trailing_slash,
    undeclared_path_parameter,
    unused_path_parameter,
)
from opsbook.openapi.lint.schemas import (
    contradictory_access,
    contradictory_bounds,
    ignored_sibling,
    invalid_pattern,
    mismatched_enum,
    missing_items,
    nullable_without_type,
    obsolete_nullable,
    unknown_required_property,
)
from opsbook.openapi.lint.security import undefined_scope, undefined_security_scheme, unsecured_operation
from opsbook.openapi.lint.servers import (
    mismatched_server_default,
    missing_server,
    undeclared_server_variable,
    unused_server_variable,
)
from opsbook.openapi.lint.texts import unsafe_markup

LINTS: tuple[Lint, ...] = (
    Lint(undeclared_path_parameter),
    Lint(unused_path_parameter),
    Lint(duplicate_parameter),
    Lint(ignored_header_parameter, "warning"),
    Lint(malformed_path),
    Lint(query_in_path),
    Lint(trailing_slash, "warning"),
    Lint(identical_path),
    Lint(ambiguous_path, "warning"),
    Lint(missing_operation_id, "warning"),
    Lint(duplicate_operation_id),
    Lint(unsafe_operation_id, "warning"),
    Lint(missing_summary, "warning"),
    Lint(undefined_tag, "warning"),
    Lint(duplicate_tag),
    Lint(circular_tag),
    Lint(missing_success_response, "warning"),
    Lint(missing_client_error_response, "warning"),
    Lint(missing_error_schema, "note"),
    Lint(ignored_request_body, "warning"),
    Lint(conflicting_body),
    Lint(undefined_operation),
    Lint(undefined_security_scheme),
    Lint(undefined_scope),
    Lint(unsecured_operation, "warning"),
    Lint(missing_server, "warning"),
    Lint(undeclared_server_variable),
    Lint(unused_server_variable, "warning"),
    Lint(mismatched_server_default),
    Lint(mismatched_example),
    Lint(mismatched_default),
    Lint(conflicting_example),
    Lint(mismatched_enum),
    Lint(unknown_required_property, "warning"),
    Lint(ignored_sibling, "warning"),
    Lint(nullable_without_type, "warning"),
    Lint(obsolete_nullable),
    Lint(invalid_pattern),
    Lint(contradictory_bounds),
    Lint(missing_items),
    Lint(contradictory_access),
    Lint(unsafe_markup),
    Lint(unused_component, "warning"),
)
"""Every rule about what documents say, in the order in which they are asked."""
