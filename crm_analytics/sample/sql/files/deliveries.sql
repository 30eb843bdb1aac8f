-- When each order was promised and delivered; empty while under way.
SELECT
    order_id('W', order_no) AS order_id, placed_at::DATE + 4 AS promised_on,
    by_last_day(placed_at::DATE + CASE WHEN late THEN 6 + pick('late days', key, 8)
        ELSE 2 + pick('delivery days', key, 3) END) AS delivered_on
FROM placed
