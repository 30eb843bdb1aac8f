"""What is kept of saved segments: their versions, who was in them from when to when, and what was exported."""

from __future__ import annotations

SEGMENTS_DDL: tuple[str, ...] = (
    # every change is a version; the highest holds. `rule_version` is the version in which the rule last changed
    """CREATE TABLE workspace.segment_versions (
        segment VARCHAR NOT NULL, version INTEGER NOT NULL, rule_version INTEGER NOT NULL, description VARCHAR NOT NULL,
        owner VARCHAR NOT NULL, rule VARCHAR NOT NULL, frozen_as_of DATE, archived BOOLEAN NOT NULL, who VARCHAR NOT NULL,
        saved_at TIMESTAMP NOT NULL, PRIMARY KEY (segment, version))""",
    # the lists that frozen segments are; `version` is their rule_version
    "CREATE TABLE workspace.frozen_members (segment VARCHAR NOT NULL, version INTEGER NOT NULL, customer_id VARCHAR NOT NULL)",
    # membership between evaluated days: from the first day in to the first day out again; `version` is the rule_version
    """CREATE TABLE workspace.segment_members (
        segment VARCHAR NOT NULL, version INTEGER NOT NULL, customer_id VARCHAR NOT NULL, from_on DATE NOT NULL, to_on DATE,
        reason VARCHAR NOT NULL, left_because VARCHAR)""",
    # the days for which membership was evaluated, and the print of the orders up to the day that it stands on
    """CREATE TABLE workspace.segment_days (
        segment VARCHAR NOT NULL, version INTEGER NOT NULL, day DATE NOT NULL, customers BIGINT NOT NULL, entered BIGINT NOT NULL,
        "left" BIGINT NOT NULL, orders BIGINT NOT NULL, revenue DECIMAL(38,4) NOT NULL, print UBIGINT NOT NULL,
        data_version VARCHAR NOT NULL, evaluated_at TIMESTAMP NOT NULL, PRIMARY KEY (segment, version, day))""",
    # the most contacts that one customer gets over a channel in 30 days
    """CREATE TABLE workspace.contact_caps (
        channel VARCHAR PRIMARY KEY, contacts_per_30_days INTEGER NOT NULL, who VARCHAR NOT NULL, set_at TIMESTAMP NOT NULL)""",
    """CREATE TABLE workspace.exports (
        export_id INTEGER PRIMARY KEY, segment VARCHAR, version INTEGER, rule VARCHAR NOT NULL, rule_in_words VARCHAR NOT NULL,
        as_of DATE NOT NULL, data_version VARCHAR NOT NULL, channel VARCHAR, unknown_consents BOOLEAN NOT NULL, contact_cap INTEGER,
        control_share DOUBLE NOT NULL, seed BIGINT NOT NULL, members BIGINT NOT NULL, no_consent BIGINT NOT NULL,
        over_cap BIGINT NOT NULL, exported BIGINT NOT NULL, control BIGINT NOT NULL, columns VARCHAR NOT NULL, form VARCHAR NOT NULL,
        campaign_id VARCHAR NOT NULL, campaign_name VARCHAR NOT NULL, who VARCHAR NOT NULL, exported_at TIMESTAMP NOT NULL)""",
    # whom an export named and whom it left out for comparison: arm is treated or control
    "CREATE TABLE workspace.export_members (export_id INTEGER NOT NULL, customer_id VARCHAR NOT NULL, arm VARCHAR NOT NULL)",
)

#: Added in version 3.
SEGMENTS_THIRD_DDL: tuple[str, ...] = (
    # days that were evaluated anew since what is known of them had changed, and by what
    """CREATE TABLE workspace.segment_reevaluations (
        segment VARCHAR NOT NULL, version INTEGER NOT NULL, day DATE NOT NULL, customers_before BIGINT NOT NULL,
        customers BIGINT NOT NULL, because VARCHAR NOT NULL, evaluated_at TIMESTAMP NOT NULL)""",
    # clusters that were found once: any customer is assigned to the nearest centre on any day
    """CREATE TABLE workspace.cluster_models (
        model VARCHAR PRIMARY KEY, fitted VARCHAR NOT NULL, as_of DATE NOT NULL, rule_in_words VARCHAR NOT NULL,
        who VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL)""",
)
