"""How often exports of each kind name which fields: counted over 625 exports of other systems, most of them real ones."""

from __future__ import annotations

from types import MappingProxyType

#: Kind -> how many exports, and how often each field of any kind was named in them: once where a column is clearly called
#: so, twice where by a usual name. The exports and what was right in them: docs/recognition.md.
COUNTED = MappingProxyType({
    "orders": (203, (
        "amount:378 ordered_at:370 order_id:319 happened_at:314 answered_at:298 since:297 period_start:296 "
        "contacted_at:291 issued_on:289 total_amount:226 customer_id:209 value:198 name:194 fixed_cost:171 "
        "revenue:170 phone:125 email:125 channel:101 product_name:73 product_id:72 kind:71 opened_at:67 "
        "campaign_name:65 tax_amount:62 invoice_id:62 shipping_amount:61 currency:60 joined_on:58 agent:49 owner:45 "
        "case_id:42 cost:40 units:40 discount_amount:39 country:39 question_kind:38 street:38 campaign_id:36 "
        "quantity:34 benefit_id:34 answer_id:32 contact_id:32 interaction_id:32 membership_id:32 city:30 "
        "list_price:25 unit_price:24 region:23 resolved_at:22 last_name:19 product_line:19 description:18 paid_on:18 "
        "delivered_on:16 first_name:16 postal_code:15 unit_cost:14 converted_at:10 delivered:10 carrier:9 comment:8 "
        "given_on:7 margin:7 starts_on:7 arm:5 promised_on:5 ends_on:4 left_on:4 tier:4 promised_by:4 minutes:4 "
        "brand:3 due_on:3 converted:2 house_number:2 invited_on:2 opened:2 programme:2 redeemed_on:2 subject:2 "
        "score:2 address_2:1 expected:1 gender:1"
    )),
    "order_lines": (114, (
        "amount:214 quantity:191 product_name:188 order_id:187 ordered_at:186 units:184 product_id:169 issued_on:160 "
        "happened_at:156 unit_price:156 contacted_at:156 answered_at:154 period_start:154 since:154 list_price:105 "
        "customer_id:102 description:98 value:95 name:91 total_amount:85 revenue:82 fixed_cost:80 kind:48 "
        "product_line:46 campaign_name:40 email:34 agent:31 tax_amount:30 country:29 discount_amount:28 cost:26 "
        "currency:26 owner:26 channel:26 city:23 shipping_amount:23 phone:19 unit_cost:18 region:14 joined_on:14 "
        "line_no:14 invoice_id:13 opened_at:13 margin:12 question_kind:12 contact_id:10 paid_on:9 postal_code:9 "
        "resolved_at:9 promised_on:9 answer_id:8 benefit_id:8 campaign_id:8 case_id:8 interaction_id:8 "
        "membership_id:8 arm:8 street:8 given_on:7 due_on:7 promised_by:7 comment:6 address_2:4 converted_at:3 "
        "cost_per_contact:2 first_name:2 last_name:2 starts_on:2 minutes:2 converted:1 brand:1 carrier:1 "
        "delivered_on:1 ends_on:1 gender:1 left_on:1 opened:1 programme:1 score:1 subject:1 tier:1"
    )),
    "customers": (111, (
        "email:186 phone:177 product_name:165 campaign_name:164 customer_id:164 joined_on:131 name:116 city:104 "
        "last_name:103 street:101 first_name:100 postal_code:85 ordered_at:82 happened_at:81 since:80 answered_at:78 "
        "period_start:78 issued_on:76 contacted_at:72 opened_at:72 born_on:71 product_id:38 channel:36 "
        "membership_id:36 country:36 contact_id:35 campaign_id:34 order_id:34 answer_id:31 benefit_id:31 case_id:31 "
        "interaction_id:31 invoice_id:31 amount:29 owner:27 gender:25 kind:24 region:24 agent:23 description:20 "
        "product_line:15 tier:14 revenue:14 fixed_cost:13 left_on:13 cost:12 question_kind:12 score:12 subject:10 "
        "responded_at:8 total_amount:8 ends_on:8 arm:6 comment:6 consent:6 currency:6 programme:6 address_2:5 units:5 "
        "value:4 converted_at:4 starts_on:4 converted:3 quantity:3 unsubscribed:2 expected:2 house_number:2 "
        "responded:2 brand:1 complained:1 complaint:1 due_on:1 minutes:1 opened:1 promised_by:1 promised_on:1 "
        "unit_cost:1"
    )),
    "products": (25, (
        "product_name:48 product_id:46 list_price:44 unit_price:44 description:42 amount:39 product_line:37 kind:35 "
        "unit_cost:25 brand:24 campaign_name:13 name:13 cost:11 fixed_cost:11 quantity:9 units:9 answer_id:8 "
        "benefit_id:8 campaign_id:8 case_id:8 contact_id:8 customer_id:8 interaction_id:8 invoice_id:8 "
        "membership_id:8 order_id:8 answered_at:7 ordered_at:7 contacted_at:6 happened_at:6 issued_on:6 "
        "period_start:6 since:6 joined_on:4 minutes:4 opened_at:4 revenue:4 value:3 address_2:2 arm:2 channel:2 "
        "cost_per_contact:2 currency:2 direction:2 ends_on:2 left_on:2 starts_on:2 tax_amount:2 region:1"
    )),
    "campaigns": (2, (
        "answered_at:4 campaign_id:4 campaign_name:4 contacted_at:3 happened_at:3 period_start:3 starts_on:3 arm:2 "
        "issued_on:2 since:2 fixed_cost:2 name:2 amount:1 channel:1 cost:1 currency:1 joined_on:1 opened_at:1 "
        "ordered_at:1 shipping_amount:1 unit_cost:1"
    )),
    "contacts": (13, (
        "contacted_at:21 campaign_name:16 starts_on:16 email:16 customer_id:15 invited_on:14 opened_at:14 opened:13 "
        "answered_at:12 happened_at:12 issued_on:12 period_start:12 since:12 clicked:12 ordered_at:9 return_cause:9 "
        "campaign_id:8 name:8 delivered_on:6 given_on:6 product_name:6 channel:5 unsubscribed:5 contact_id:3 "
        "delivered:3 phone:3 joined_on:3 complained:2 first_name:2 first_response_at:2 kind:2 last_name:2 left_on:2 "
        "responded:2 responded_at:2 answer_id:1 benefit_id:1 case_id:1 interaction_id:1 invoice_id:1 membership_id:1 "
        "order_id:1 product_id:1 comment:1 converted:1 question_kind:1 converted_at:1"
    )),
    "survey_answers": (25, (
        "answered_at:44 comment:40 score:38 happened_at:38 period_start:38 since:34 issued_on:32 ordered_at:32 "
        "contacted_at:30 customer_id:25 email:20 product_id:18 opened_at:17 answer_id:15 joined_on:15 order_id:14 "
        "starts_on:12 name:10 product_name:10 campaign_name:9 case_id:9 benefit_id:7 campaign_id:7 channel:7 "
        "contact_id:7 interaction_id:7 invoice_id:7 membership_id:7 ends_on:6 first_response_at:6 left_on:6 "
        "responded_at:6 first_name:5 kind:5 last_name:5 agent:4 owner:4 city:2 description:2 product_line:2 "
        "question:2 question_kind:2 amount:2 region:1 total_amount:1"
    )),
    "cases": (32, (
        "opened_at:59 ordered_at:57 case_id:52 agent:45 joined_on:45 answered_at:45 resolved_at:40 owner:39 kind:37 "
        "subject:34 customer_id:33 since:31 order_id:26 happened_at:26 issued_on:26 period_start:26 contacted_at:25 "
        "product_line:21 channel:19 name:18 email:15 product_name:15 product_id:14 campaign_name:12 description:11 "
        "phone:11 answer_id:10 benefit_id:10 campaign_id:10 contact_id:10 interaction_id:10 invoice_id:10 "
        "membership_id:10 first_response_at:10 question_kind:8 responded_at:8 score:7 promised_by:6 due_on:5 "
        "promised_on:5 arm:4 street:4 opened:3 region:3 brand:2 minutes:2 paid_on:2 programme:2 amount:1 complaint:1 "
        "delivered_on:1 fixed_cost:1 reopened:1 revenue:1 starts_on:1 value:1"
    )),
    "interactions": (16, (
        "happened_at:32 answered_at:28 period_start:28 contacted_at:25 ordered_at:23 issued_on:22 since:22 "
        "customer_id:20 name:13 email:11 product_name:11 agent:10 owner:10 interaction_id:10 campaign_name:10 "
        "order_id:9 direction:8 minutes:8 phone:8 description:7 joined_on:7 opened_at:7 ends_on:6 left_on:6 "
        "starts_on:6 kind:5 subject:5 product_id:4 arm:4 case_id:4 channel:3 street:3 amount:2 cost:2 fixed_cost:2 "
        "product_line:2 unit_cost:2 answer_id:2 benefit_id:2 campaign_id:2 contact_id:2 invoice_id:2 membership_id:2 "
        "question_kind:1"
    )),
    "consents": (4, (
        "customer_id:7 since:7 channel:7 consent:6 answered_at:4 happened_at:4 issued_on:4 period_start:4 "
        "contacted_at:4 ordered_at:3 email:3 joined_on:3 left_on:2 campaign_name:1 converted_at:1 ends_on:1 name:1 "
        "opened_at:1 product_name:1 unsubscribed:1"
    )),
    "invoices": (51, (
        "amount:99 ordered_at:92 issued_on:91 order_id:87 invoice_id:84 due_on:74 promised_by:71 promised_on:71 "
        "contacted_at:59 happened_at:59 period_start:59 since:59 answered_at:58 value:53 revenue:52 name:51 "
        "total_amount:49 customer_id:48 fixed_cost:48 paid_on:45 resolved_at:45 tax_amount:26 product_name:20 "
        "given_on:19 email:16 case_id:14 channel:14 product_id:13 campaign_name:12 currency:12 cost:12 description:11 "
        "membership_id:10 kind:10 answer_id:8 benefit_id:8 campaign_id:8 contact_id:8 interaction_id:8 phone:8 "
        "question_kind:6 street:6 discount_amount:5 comment:4 first_name:4 last_name:4 quantity:3 units:3 city:3 "
        "tier:3 unit_price:3 product_line:3 arm:2 direction:2 owner:2 postal_code:2 subject:2 score:2 region:1 "
        "list_price:1 agent:1 born_on:1 carrier:1 country:1 invited_on:1 line_no:1 shipping_amount:1"
    )),
    "deliveries": (5, (
        "delivered_on:10 order_id:10 promised_on:9 carrier:7 given_on:7 answered_at:5 contacted_at:5 happened_at:5 "
        "issued_on:5 period_start:5 since:5 delivered:4 product_name:4 postal_code:3 amount:2 city:2 cost:2 "
        "fixed_cost:2 product_id:2 promised_by:2 unit_cost:2 ordered_at:2 converted_at:1 customer_id:1 ends_on:1"
    )),
    "memberships": (13, (
        "joined_on:23 customer_id:22 left_on:19 answered_at:18 happened_at:18 period_start:18 opened_at:18 tier:16 "
        "ends_on:15 starts_on:14 membership_id:13 email:11 name:10 since:10 contacted_at:10 issued_on:10 amount:9 "
        "programme:9 campaign_name:8 fixed_cost:8 revenue:7 value:7 product_name:7 ordered_at:5 currency:4 "
        "total_amount:4 channel:3 agent:3 born_on:3 owner:3 phone:3 campaign_id:2 first_name:2 last_name:2 order_id:2 "
        "postal_code:2 quantity:2 unit_price:2 units:2 cost:2 kind:2 question_kind:2 unsubscribed:1 answer_id:1 "
        "benefit_id:1 case_id:1 city:1 contact_id:1 gender:1 interaction_id:1 invoice_id:1 product_id:1 region:1 "
        "subject:1"
    )),
    "benefits": (2, (
        "issued_on:4 ordered_at:4 answered_at:3 benefit_id:3 contacted_at:3 customer_id:3 happened_at:3 "
        "period_start:3 since:3 amount:2 converted_at:2 email:2 fixed_cost:2 given_on:2 kind:2 redeemed_on:2 "
        "revenue:2 value:2 answer_id:1 campaign_id:1 case_id:1 channel:1 contact_id:1 interaction_id:1 invoice_id:1 "
        "membership_id:1 name:1 order_id:1 product_id:1"
    )),
    "costs": (9, (
        "period_start:18 fixed_cost:18 amount:17 happened_at:15 answered_at:14 contacted_at:13 cost:13 issued_on:13 "
        "ordered_at:13 since:13 unit_cost:13 revenue:12 kind:8 channel:8 value:6 product_line:4 campaign_id:4 "
        "campaign_name:4 brand:2 description:2 goal:2 invoice_id:2 joined_on:2 opened_at:2 order_id:2 product_name:2 "
        "starts_on:2 subject:2 name:2 question_kind:2 currency:1"
    )),
})  # fmt: skip
