"""The metrics of this package by name."""

from __future__ import annotations

from dataclasses import replace

from crm_analytics.metrics.knobs import BEFORE, GUESTS, Knob, day, one_of, share, whole, word
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.segments import (
    channels,
    clusters,
    customer,
    customers,
    explore,
    payment,
    profile,
    rfm,
    rfm_editing,
    typical,
)
from crm_analytics.metrics.segments import flow as segments_flow
from crm_analytics.metrics.segments import saved as segments
from crm_analytics.metrics.value import pareto
from crm_analytics.schema import STATUSES

_LIST = {
    "segment": word("a segment of the RFM grid in force, or nothing for all"),
    "limit": whole(1, customers.ALL_ROWS, None, "rows"),
}
_OF_SEGMENT = {"segment": Knob(str, None, "the name of a saved segment, or nothing for all")}
ROWS = {"limit": whole(1, customers.ALL_ROWS, None, "rows")}
_KEPT = {"abc_class": one_of(pareto.CLASSES), "status": one_of(STATUSES)}
_DIVIDED = f"one of {', '.join(explore.FIELDS)}; for contacts and orders also a column of their file"

METRICS: tuple[Metric, ...] = (
    Metric(segments.segments, "saved segment", ("metrics/segment_size",)),
    Metric(segments.segment_members, "customer", ("metrics/segment_members",), _OF_SEGMENT | ROWS),
    Metric(
        segments.segment_history,
        "saved segment x date",
        ("metrics/audience_ids",),
        _OF_SEGMENT | {"months": whole(1, 120, segments.MONTHS, "months")},
    ),
    Metric(segments.segment_overlap, "pair of saved segments", ("metrics/segment_size",)),
    Metric(
        segments_flow.segment_flow,
        "pair of places",
        ("metrics/segment_flow",),
        _OF_SEGMENT | BEFORE | {"other": Knob(str, None, "the name of another saved segment, or nothing")},
    ),
    Metric(
        clusters.clusters,
        "cluster",
        ("metrics/cluster_features", "metrics/buyers"),
        {
            "k": whole(2, 10, None, "clusters"),
            "features": Knob(str, None, f"some of {', '.join(clusters.FEATURES)}, with commas between"),
        },
    ),
    Metric(clusters.cluster_drift, "kept cluster model x cluster", ("metrics/audience_size",)),
    Metric(
        profile.segment_profile,
        "field x value",
        ("metrics/segment_profile", "metrics/profile_habits", "metrics/profile_lines", "metrics/buyers"),
        _OF_SEGMENT
        | {
            "against": Knob(str, None, "the name of a saved segment, or nothing for the whole base"),
            "then": day("compared with that day; without it with the same day"),
            "field": one_of((*profile.GROUPS, *profile.PROFILED)),
        },
    ),
    Metric(typical.typical_customers, "customer", ("metrics/cluster_features", "metrics/customers"), _OF_SEGMENT),
    Metric(
        explore.explore,
        "field x field x period",
        ("metrics/explore", "metrics/explore_contacts", "metrics/explore_orders"),
        {
            "measure": one_of(explore.MEASURES, "revenue"),
            "rows": replace(word(_DIVIDED), default="status"),
            "columns": word(_DIVIDED),
            "period": one_of(explore.PERIODS, "all"),
        },
    ),
    Metric(rfm.rfm, "segment", ("metrics/rfm", GUESTS)),
    Metric(rfm.rfm_grid, "cell", ("metrics/rfm_grid", GUESTS)),
    Metric(rfm.rfm_cutoffs, "measure x score", ("metrics/rfm_cutoffs",)),
    Metric(rfm.rfm_customers, "customer", ("metrics/rfm_customers",), _LIST),
    Metric(rfm.rfm_migration, "pair of segments", ("metrics/rfm_migration",), BEFORE),
    Metric(
        rfm_editing.rfm_preview,
        "pair of segments",
        ("metrics/rfm_preview",),
        {"scheme": one_of(rfm_editing.SCHEME_NAMES, rfm_editing.DEFAULT)},
    ),
    Metric(rfm_editing.rfm_schemes, "scheme", ()),
    Metric(channels.channels, "channel", ("metrics/channels", GUESTS)),
    Metric(channels.channel_mix, "group", ("metrics/channel_mix",)),
    Metric(
        payment.payment_behaviour,
        "group",
        ("metrics/payment_behaviour",),
        {"by": one_of(payment.GROUPS, "segment")},
    ),
    Metric(
        payment.discount_dependence,
        "group",
        ("metrics/discount_dependence",),
        {"by": one_of(payment.GROUPS, "segment"), "discount": share(0.2)},
    ),
    Metric(
        customer.customer_search,
        "customer",
        ("metrics/customer_search",),
        {"text": word("any key of a customer")},
    ),
    Metric(
        customer.customer_timeline,
        "event",
        ("metrics/customer_timeline", "metrics/customer_order_rows"),
        {"customer": word("a customer's id")},
    ),
    Metric(
        customer.customer_rhythm,
        "purchase day",
        ("metrics/customer_rhythm",),
        {"customer": word("a customer's id")},
    ),
    Metric(
        customer.customer_changes,
        "field",
        ("metrics/customer_changes", "metrics/customer_timeline"),
        {"customer": word("a customer's id")},
    ),
    Metric(customers.customers, "customer", ("metrics/customers",), _LIST | _KEPT),
)
