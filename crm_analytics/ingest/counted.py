"""How often exports of each kind name which fields: counted over 456 exports of other systems, most of them real ones."""

from __future__ import annotations

from types import MappingProxyType

#: Kind -> how many exports, and how often each field of any kind was named in them: once where a column is clearly called
#: so, twice where by a usual name. The exports and what was right in them: docs/done/C.md.
COUNTED = MappingProxyType({
    "orders": (155, (
        "ordered_at:292 amount:289 order_id:250 happened_at:238 since:234 answered_at:232 period_start:231 "
        "issued_on:229 contacted_at:227 total_amount:186 customer_id:181 name:156 value:142 revenue:126 "
        "fixed_cost:124 email:90 phone:89 channel:80 kind:56 tax_amount:52 opened_at:51 product_id:51 "
        "campaign_name:49 shipping_amount:48 joined_on:44 invoice_id:44 product_name:44 agent:42 currency:41 owner:39 "
        "cost:36 country:32 discount_amount:31 units:30 question_kind:30 quantity:27 street:26 campaign_id:26 "
        "benefit_id:24 case_id:24 answer_id:22 contact_id:22 interaction_id:22 membership_id:22 city:19 region:16 "
        "list_price:14 product_line:14 postal_code:13 unit_cost:12 description:12 unit_price:12 delivered_on:12 "
        "resolved_at:12 converted_at:9 last_name:9 comment:7 first_name:7 margin:7 paid_on:6 carrier:6 given_on:5 "
        "promised_on:4 promised_by:3 arm:2 brand:2 due_on:2 opened:2 starts_on:2 delivered:2 address_2:1 ends_on:1 "
        "gender:1 left_on:1 minutes:1 redeemed_on:1 score:1 subject:1 tier:1"
    )),
    "order_lines": (85, (
        "amount:160 product_name:143 quantity:142 order_id:142 units:136 product_id:129 ordered_at:128 unit_price:117 "
        "contacted_at:109 happened_at:108 issued_on:108 answered_at:107 period_start:107 since:107 customer_id:84 "
        "list_price:79 description:77 total_amount:70 value:69 name:66 revenue:55 fixed_cost:54 product_line:44 "
        "kind:42 campaign_name:32 country:27 agent:26 discount_amount:26 tax_amount:25 email:25 channel:24 owner:22 "
        "city:21 currency:21 shipping_amount:21 cost:19 phone:13 invoice_id:12 line_no:12 region:12 question_kind:12 "
        "unit_cost:12 joined_on:11 margin:11 contact_id:10 opened_at:10 answer_id:8 arm:8 benefit_id:8 campaign_id:8 "
        "case_id:8 interaction_id:8 membership_id:8 postal_code:8 paid_on:6 resolved_at:6 address_2:4 due_on:4 "
        "promised_by:4 promised_on:4 street:4 comment:2 converted_at:2 first_name:1 gender:1 given_on:1 last_name:1 "
        "minutes:1 starts_on:1 tier:1"
    )),
    "customers": (79, (
        "customer_id:152 email:131 phone:127 product_name:114 campaign_name:113 joined_on:93 name:92 city:79 "
        "street:76 last_name:66 postal_code:65 first_name:61 ordered_at:58 since:58 happened_at:57 answered_at:56 "
        "period_start:56 issued_on:56 contacted_at:52 opened_at:50 born_on:46 country:29 channel:28 membership_id:28 "
        "amount:27 contact_id:27 product_id:27 campaign_id:25 answer_id:23 benefit_id:23 case_id:23 interaction_id:23 "
        "invoice_id:23 order_id:23 owner:22 agent:18 gender:17 region:17 description:16 kind:16 revenue:11 cost:10 "
        "fixed_cost:10 score:10 product_line:9 tier:8 total_amount:8 question_kind:8 programme:6 address_2:5 "
        "consent:5 responded_at:5 units:5 arm:4 comment:4 currency:4 converted_at:4 converted:3 left_on:3 quantity:3 "
        "ends_on:2 house_number:2 responded:2 subject:2 value:2 brand:1 complained:1 complaint:1 due_on:1 expected:1 "
        "minutes:1 opened:1 promised_by:1 promised_on:1 unit_cost:1"
    )),
    "products": (16, (
        "unit_price:31 list_price:30 product_name:30 description:28 product_id:28 product_line:28 amount:26 kind:25 "
        "brand:18 unit_cost:15 campaign_name:7 name:7 answered_at:6 ordered_at:6 answer_id:5 benefit_id:5 "
        "campaign_id:5 case_id:5 contact_id:5 contacted_at:5 cost:5 customer_id:5 fixed_cost:5 happened_at:5 "
        "interaction_id:5 invoice_id:5 issued_on:5 membership_id:5 order_id:5 period_start:5 since:5 joined_on:4 "
        "opened_at:4 quantity:3 revenue:3 units:3 address_2:2 arm:2 channel:2 direction:2 ends_on:2 left_on:2 "
        "minutes:2 tax_amount:2 value:1"
    )),
    "campaigns": (2, (
        "campaign_id:4 campaign_name:4 contacted_at:3 happened_at:3 period_start:3 starts_on:3 amount:2 arm:2 "
        "invited_on:2 issued_on:2 since:2 answered_at:2 fixed_cost:2 name:2 channel:1 cost:1 currency:1 joined_on:1 "
        "opened_at:1 ordered_at:1 shipping_amount:1 unit_cost:1"
    )),
    "contacts": (8, (
        "campaign_name:13 contacted_at:13 email:13 invited_on:12 starts_on:12 clicked:9 opened:9 customer_id:8 name:8 "
        "opened_at:8 happened_at:7 issued_on:7 period_start:7 since:7 campaign_id:7 answered_at:5 product_name:5 "
        "return_cause:5 unsubscribed:5 ordered_at:4 complained:2 delivered_on:2 first_name:2 given_on:2 kind:2 "
        "last_name:2 left_on:2 responded:2 responded_at:2 contact_id:1 channel:1 delivered:1 phone:1 question_kind:1 "
        "converted_at:1 joined_on:1"
    )),
    "survey_answers": (17, (
        "answered_at:30 happened_at:26 period_start:26 comment:25 score:22 since:22 customer_id:21 issued_on:21 "
        "ordered_at:20 contacted_at:19 opened_at:15 email:14 joined_on:13 answer_id:12 starts_on:10 order_id:8 "
        "product_id:7 ends_on:6 left_on:6 channel:5 kind:5 name:5 benefit_id:4 campaign_id:4 campaign_name:4 "
        "case_id:4 contact_id:4 interaction_id:4 invoice_id:4 membership_id:4 product_name:4 responded_at:4 "
        "first_name:3 last_name:3 agent:2 city:2 owner:2 product_line:2 question:2 question_kind:2 region:1"
    )),
    "cases": (21, (
        "opened_at:39 case_id:37 ordered_at:37 agent:29 joined_on:29 answered_at:28 resolved_at:28 owner:27 "
        "customer_id:26 kind:25 since:21 subject:19 channel:17 contacted_at:16 happened_at:16 issued_on:16 "
        "order_id:16 period_start:16 name:14 email:13 product_line:11 question_kind:8 first_response_at:8 phone:8 "
        "product_name:8 score:7 product_id:6 answer_id:5 benefit_id:5 campaign_id:5 campaign_name:5 contact_id:5 "
        "interaction_id:5 invoice_id:5 membership_id:5 arm:4 description:4 due_on:4 promised_by:4 promised_on:4 "
        "street:4 brand:2 minutes:2 paid_on:2 programme:2 responded_at:2 amount:1 complaint:1 delivered_on:1 "
        "first_name:1 fixed_cost:1 region:1 reopened:1 revenue:1 starts_on:1 value:1"
    )),
    "interactions": (10, (
        "happened_at:20 answered_at:18 period_start:18 customer_id:15 contacted_at:14 issued_on:12 since:12 "
        "ordered_at:11 agent:10 owner:10 campaign_name:8 email:8 name:8 joined_on:7 opened_at:7 product_name:7 "
        "interaction_id:6 direction:6 ends_on:6 left_on:6 minutes:6 starts_on:6 kind:5 phone:5 description:4 "
        "subject:4 product_id:3 order_id:2 arm:2 channel:2 product_line:2 question_kind:1 street:1"
    )),
    "consents": (3, (
        "customer_id:6 since:6 channel:6 consent:6 answered_at:3 happened_at:3 issued_on:3 period_start:3 "
        "contacted_at:3 ordered_at:2 converted_at:1 email:1 joined_on:1"
    )),
    "invoices": (40, (
        "amount:77 ordered_at:72 issued_on:70 order_id:70 invoice_id:66 due_on:59 promised_by:57 promised_on:57 "
        "contacted_at:45 happened_at:45 period_start:45 since:45 answered_at:44 name:42 customer_id:40 revenue:40 "
        "value:40 total_amount:39 fixed_cost:37 paid_on:33 resolved_at:33 tax_amount:18 product_name:14 given_on:12 "
        "email:12 product_id:10 case_id:10 channel:10 currency:10 campaign_name:9 cost:9 description:8 "
        "membership_id:8 kind:7 answer_id:6 benefit_id:6 campaign_id:6 contact_id:6 interaction_id:6 phone:6 "
        "question_kind:4 street:4 city:3 discount_amount:3 product_line:3 quantity:3 units:3 unit_price:2 arm:2 "
        "comment:2 owner:2 postal_code:2 tier:2 score:2 list_price:1 agent:1 born_on:1 carrier:1 country:1 "
        "invited_on:1 line_no:1 shipping_amount:1 region:1"
    )),
    "deliveries": (5, (
        "delivered_on:10 order_id:10 promised_on:9 carrier:7 given_on:7 answered_at:5 contacted_at:5 happened_at:5 "
        "issued_on:5 period_start:5 since:5 delivered:4 product_name:4 postal_code:3 amount:2 city:2 cost:2 "
        "fixed_cost:2 product_id:2 promised_by:2 unit_cost:2 ordered_at:2 converted_at:1 customer_id:1 description:1 "
        "ends_on:1"
    )),
    "memberships": (8, (
        "joined_on:15 customer_id:14 left_on:14 answered_at:12 happened_at:12 opened_at:12 period_start:12 "
        "starts_on:12 ends_on:11 tier:10 membership_id:9 programme:6 contacted_at:6 issued_on:6 since:6 amount:5 "
        "name:4 email:4 fixed_cost:4 revenue:4 value:4 campaign_name:3 product_name:3 agent:2 born_on:2 channel:2 "
        "currency:2 first_name:2 last_name:2 owner:2 phone:2 postal_code:2 quantity:2 unit_price:2 units:2 "
        "answer_id:1 benefit_id:1 campaign_id:1 case_id:1 city:1 contact_id:1 gender:1 interaction_id:1 invoice_id:1 "
        "kind:1 order_id:1 ordered_at:1 product_id:1 question_kind:1 region:1 total_amount:1"
    )),
    "benefits": (1, (
        "amount:2 benefit_id:2 converted_at:2 customer_id:2 fixed_cost:2 given_on:2 issued_on:2 kind:2 ordered_at:2 "
        "redeemed_on:2 revenue:2 value:2 answered_at:1 contacted_at:1 happened_at:1 period_start:1 since:1"
    )),
    "costs": (5, (
        "amount:10 period_start:10 fixed_cost:10 cost:9 unit_cost:9 happened_at:7 answered_at:6 contacted_at:5 "
        "issued_on:5 ordered_at:5 since:5 kind:4 revenue:4 channel:4 campaign_id:4 campaign_name:4 goal:2 joined_on:2 "
        "opened_at:2 starts_on:2 name:2 question_kind:2 currency:1"
    )),
})  # fmt: skip
